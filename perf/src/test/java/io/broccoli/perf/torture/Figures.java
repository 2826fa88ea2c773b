package io.broccoli.perf.torture;

import io.broccoli.node.NodeStats;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Figures by name, which pass from process to process as one line of {@code key=value}. */
record Figures(Map<String, Long> values) {

    static Figures of(long started, NodeStats stats) {
        Map<String, Long> values = new LinkedHashMap<>();
        values.put("started", started);
        values.put("held", (long) stats.queued() + stats.running());
        values.put("maxHeld", (long) stats.maxHeld());
        values.put("unused", stats.unusedCredit());
        values.put("links", (long) stats.links());
        values.put("remembered", (long) stats.remembered());
        values.put("refused", stats.refused());
        values.put("lost", FaultyTransport.LOST.sum());
        values.put("repeated", FaultyTransport.REPEATED.sum());
        return new Figures(values);
    }

    static Figures parse(String line) {
        return new Figures(Arrays.stream(line.trim().split(" "))
                .map(each -> each.split("=", 2))
                .collect(Collectors.toMap(
                        pair -> pair[0], pair -> Long.parseLong(pair[1]), (a, b) -> b, LinkedHashMap::new)));
    }

    long get(String name) {
        Long value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no '" + name + "' in " + this);
        }
        return value;
    }

    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(" "));
    }
}
