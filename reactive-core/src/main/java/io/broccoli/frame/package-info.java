/**
 * The messages between members, as values: {@link io.broccoli.frame.Frame} and its records,
 * {@link io.broccoli.frame.Body} (a task on the wire) and {@link io.broccoli.frame.Payload} (encoded bytes).
 * {@link io.broccoli.spi.FrameCodec} and {@link io.broccoli.spi.PayloadCodec} encode them. {@code docs/protocol.md}
 * specifies their meaning, {@code docs/wire-format.md} their encoding.
 */
@NullMarked
package io.broccoli.frame;

import org.jspecify.annotations.NullMarked;
