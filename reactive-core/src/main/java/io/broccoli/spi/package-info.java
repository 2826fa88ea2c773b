/**
 * What a transport or a codec must bring: {@link io.broccoli.spi.Transport} carries bytes between members,
 * {@link io.broccoli.spi.FrameCodec} and {@link io.broccoli.spi.PayloadCodec} make bytes of frames and of values. All are found
 * by {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.broccoli.spi;

import org.jspecify.annotations.NullMarked;
