/**
 * What travels between members, as values: {@link io.broccoli.frame.Frame} and its records, {@link io.broccoli.frame.Body} (what
 * a task is on the wire) and {@link io.broccoli.frame.Payload} (bytes that are encoded once). How they become bytes is the
 * business of {@link io.broccoli.spi.FrameCodec} and {@link io.broccoli.spi.PayloadCodec}; what they mean is written in
 * {@code docs/wire-format.md} and {@code docs/protocol.md}.
 */
@NullMarked
package io.broccoli.frame;

import org.jspecify.annotations.NullMarked;
