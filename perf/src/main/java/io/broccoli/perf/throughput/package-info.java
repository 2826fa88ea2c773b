/**
 * Throughput, latency and cost over a broker, against the number of items in flight; beside a request/reply that is written by hand
 * on the same MQTT client.
 *
 * <p>{@link io.broccoli.perf.throughput.Throughput} is the command. It starts or finds a
 * {@link io.broccoli.perf.throughput.Broker}, starts node processes ({@link io.broccoli.perf.throughput.NodeMain},
 * {@link io.broccoli.perf.throughput.YardstickMain}) and lets {@link io.broccoli.perf.throughput.Duel}s be fought between
 * {@link io.broccoli.perf.throughput.MapSubject} or {@link io.broccoli.perf.throughput.GroupSubject} and
 * {@link io.broccoli.perf.throughput.Yardstick}.
 */
@NullMarked
package io.broccoli.perf.throughput;

import org.jspecify.annotations.NullMarked;
