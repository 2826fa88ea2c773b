/**
 * A broker in this process, so that nothing needs to be installed: {@link io.broccoli.transport.broker.EmbeddedBroker} starts one,
 * and {@link io.broccoli.transport.broker.EmbeddedTransportProvider} does so for URIs such as {@code embedded:farm}.
 */
@NullMarked
package io.broccoli.transport.broker;

import org.jspecify.annotations.NullMarked;
