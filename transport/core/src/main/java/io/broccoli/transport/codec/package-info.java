/**
 * MessagePack for frames, bodies and values, as specified in {@code docs/wire-format.md}. The entry types are
 * {@link io.broccoli.transport.codec.MessagePackFrameCodec} and
 * {@link io.broccoli.transport.codec.MessagePackPayloadCodec}. Both are found by {@link java.util.ServiceLoader}.
 *
 * <p>How data is encoded: {@code ValueWriter} or {@code BodyWriter} writes a value or body once, to a buffer of the
 * thread. From then on it is a {@link io.broccoli.frame.Payload}. {@code FrameWriter} copies payloads into frames.
 * {@code TaskRuns} extracts what consecutive tasks share (their {@code RunTemplate}). How data is decoded:
 * {@code FrameReader} cuts a frame into payloads, and reads them only far enough to find their ends. {@code BodyReader}
 * and {@code ValueReader} decode a payload when it is used.
 */
@NullMarked
package io.broccoli.transport.codec;

import org.jspecify.annotations.NullMarked;
