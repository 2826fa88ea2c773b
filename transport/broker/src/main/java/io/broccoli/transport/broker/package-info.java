/**
 * An MQTT broker in this process, so that none needs to be installed.
 * {@link io.broccoli.transport.broker.EmbeddedBroker} starts one;
 * {@link io.broccoli.transport.broker.EmbeddedTransportProvider} starts one for URIs such as {@code embedded:farm}.
 */
@NullMarked
package io.broccoli.transport.broker;

import org.jspecify.annotations.NullMarked;
