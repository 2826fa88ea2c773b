package io.broccoli.perf.torture;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import io.broccoli.transport.mqtt.MqttTransportProvider;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** MQTT with faults: {@code faulty+mqtt://host:port?loss=0.05&repeat=0.05&seed=1}. */
public final class FaultyTransportProvider implements TransportProvider {

    private static final String PREFIX = "faulty+";

    /** For {@link java.util.ServiceLoader}. */
    public FaultyTransportProvider() {}

    static String uri(String broker, double loss, double repeat, long seed) {
        return PREFIX + broker + "?loss=" + loss + "&repeat=" + repeat + "&seed=" + seed;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(PREFIX + "mqtt");
    }

    @Override
    public Transport open(URI uri, String cluster, String member, ConnectOptions options) {
        Map<String, String> query = new HashMap<>();
        for (String each : uri.getQuery().split("&", -1)) {
            String[] pair = each.split("=", 2);
            query.put(pair[0], pair[1]);
        }
        URI real = URI.create(uri.toString().substring(PREFIX.length()).replaceFirst("\\?.*", ""));
        return new FaultyTransport(
                new MqttTransportProvider().open(real, cluster, member, options),
                Double.parseDouble(query.getOrDefault("loss", "0")),
                Double.parseDouble(query.getOrDefault("repeat", "0")),
                Long.parseLong(query.getOrDefault("seed", "1")) * 31 + member.hashCode());
    }
}
