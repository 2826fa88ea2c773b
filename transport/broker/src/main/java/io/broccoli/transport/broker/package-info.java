/**
 * An MQTT broker in this process, so that none needs to be installed.
 * {@link io.broccoli.transport.broker.EmbeddedBroker} starts one;
 * {@link io.broccoli.transport.broker.EmbeddedTransportProvider} starts one for URIs such as {@code embedded:farm}.
 *
 * <p>{@link io.broccoli.transport.broker.UsersFile} says who may log in, and {@code AccessRules} what a user may publish and
 * subscribe to. An {@code Admission} is what a broker is told of both, and of the authorities whose certificates name users.
 * {@code BrokerExtension} brings them into HiveMQ.
 */
@NullMarked
package io.broccoli.transport.broker;

import org.jspecify.annotations.NullMarked;
