/**
 * MessagePack for frames, bodies and values, as {@code docs/wire-format.md} says. The entry types are
 * {@link io.broccoli.transport.codec.MessagePackFrameCodec} and {@link io.broccoli.transport.codec.MessagePackPayloadCodec}, both
 * found by {@link java.util.ServiceLoader}.
 *
 * <p>The way of the data: a value or body is written once, by {@code ValueWriter} or {@code BodyWriter}, onto a slab of its
 * thread, and is a {@link io.broccoli.frame.Payload} from then on; {@code FrameWriter} copies payloads into frames, {@code TaskRuns}
 * takes out what consecutive tasks share (their {@code RunTemplate}). On the other side {@code FrameReader} cuts a frame into payloads again and looks into
 * them only far enough to know where they end; {@code BodyReader} and {@code ValueReader} read one when it is used.
 */
@NullMarked
package io.broccoli.transport.codec;

import org.jspecify.annotations.NullMarked;
