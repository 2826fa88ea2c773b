package io.broccoli.transport.mqtt;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Brokers that are one: what a member at one of them publishes reaches members at all others.
 *
 * @param brokers they run
 * @param helper what they need beside each other; ends after them
 */
public record BrokerCluster(List<? extends BrokerProcess> brokers, AutoCloseable helper) implements AutoCloseable {

    static BrokerCluster of(List<? extends BrokerProcess> brokers) {
        return new BrokerCluster(brokers, () -> {});
    }

    /** A list for members, who go on to the next when one dies; a different first one for each number. */
    public String uri(int first) {
        return IntStream.range(0, brokers.size())
                .mapToObj(i ->
                        "127.0.0.1:" + brokers.get((first + i) % brokers.size()).port())
                .collect(Collectors.joining(",", "mqtt://", ""));
    }

    @Override
    public void close() {
        brokers.forEach(BrokerProcess::close);
        try {
            helper.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
