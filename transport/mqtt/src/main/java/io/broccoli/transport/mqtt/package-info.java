/**
 * The transport over any MQTT 3.1.1 broker. {@link io.broccoli.transport.mqtt.MqttTransportProvider} opens it for URIs
 * such as {@code mqtt://localhost:1883} and {@code mqtts://a.example,b.example}. A failure between a member and its
 * broker is a {@link io.broccoli.transport.mqtt.BrokerConnectionException}. Sending faster than the broker accepts
 * frames ends with an {@link io.broccoli.transport.mqtt.OutboxFullException}.
 */
@NullMarked
package io.broccoli.transport.mqtt;

import org.jspecify.annotations.NullMarked;
