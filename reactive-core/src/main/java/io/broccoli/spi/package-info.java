/**
 * The interfaces of transports and codecs. A {@link io.broccoli.spi.Transport} carries bytes between members.
 * {@link io.broccoli.spi.FrameCodec} and {@link io.broccoli.spi.PayloadCodec} encode frames and values. Implementations
 * are found by {@link java.util.ServiceLoader}; for a transport, its {@link io.broccoli.spi.TransportProvider} is.
 */
@NullMarked
package io.broccoli.spi;

import org.jspecify.annotations.NullMarked;
