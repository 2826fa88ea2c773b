package io.broccoli.examples;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.frame.Site;
import io.broccoli.place.Point;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code broccoli nodes} knows of one node.
 *
 * @param delay of the way to it; null if it did not answer
 * @param takesModules whether it offers to
 * @param modules with their versions; null if it takes none, or did not answer
 * @param networks over which it can be reached
 */
record NodeReport(
        NodeInfo node,
        @Nullable Duration delay,
        boolean takesModules,
        @Nullable Map<String, String> modules,
        List<URI> networks) {

    /** To the node, in metres; infinite where one of the two places is not known. */
    double distance(@Nullable Point from) {
        return from == null
                ? Double.POSITIVE_INFINITY
                : node.site().point().map(from::distanceTo).orElse(Double.POSITIVE_INFINITY);
    }

    // ---- as a row of a table

    /**
     * The rows of all.
     *
     * @param from where the user is
     * @param networks whether there are several
     */
    static Table table(List<NodeReport> all, @Nullable Point from, boolean networks) {
        boolean modules = all.stream().anyMatch(NodeReport::takesModules);
        Table table = new Table(Stream.of(
                        "NAME",
                        "STATE",
                        "SITE" + (networks ? " AND NETWORKS" : ""),
                        from == null ? "" : "DISTANCE",
                        "DELAY",
                        "QUEUE",
                        "WORKERS",
                        "FREE",
                        "FUNCTIONS" + (modules ? " AND MODULES" : ""))
                .filter(column -> !column.isEmpty())
                .toArray(String[]::new));
        all.forEach(each -> table.row(each.row(from, networks)));
        return table;
    }

    private Object[] row(@Nullable Point from, boolean several) {
        List<Object> row = new ArrayList<>(
                List.of(node.name(), node.state(), described(node.site()) + (several ? " " + networks : "")));
        if (from != null) {
            row.add(Double.isInfinite(distance(from)) ? "-" : kilometres(distance(from)));
        }
        row.add(delay == null ? "-" : String.format(Locale.ROOT, "%.1f ms", millis(delay)));
        row.addAll(List.of(node.queue(), node.workers(), node.free()));
        row.add(node.functions().stream().map(NodeReport::described).collect(Collectors.joining(" "))
                + describedModules());
        return row.toArray();
    }

    private static String kilometres(double metres) {
        return String.format(Locale.ROOT, metres < 100_000 ? "%.1f km" : "%,.0f km", metres / 1000);
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    private String describedModules() {
        if (modules == null) {
            return takesModules ? "  modules: no answer" : "";
        }
        return modules.isEmpty()
                ? ""
                : modules.entrySet().stream()
                        .map(module -> module.getKey() + " " + module.getValue())
                        .collect(Collectors.joining(", ", "  modules: ", ""));
    }

    private static String described(FunctionInfo function) {
        return function.version().isEmpty() ? function.name() : function.name() + "@" + function.version();
    }

    static String described(Site site) {
        StringBuilder text = new StringBuilder();
        if (site.latitude() != null && site.longitude() != null) {
            text.append(String.format(Locale.ROOT, "%.2f,%.2f", site.latitude(), site.longitude()));
        }
        new TreeMap<>(site.labels()).forEach((key, value) -> text.append(text.isEmpty() ? "" : ",")
                .append(key)
                .append('=')
                .append(value));
        return text.isEmpty() ? "-" : text.toString();
    }

    // ---- as JSON

    /** @param from where the user is */
    Map<String, @Nullable Object> json(@Nullable Point from) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("name", node.name());
        line.put("state", node.state().name());
        line.put("epoch", node.bootEpoch());
        line.put("latitude", node.site().latitude());
        line.put("longitude", node.site().longitude());
        line.put("labels", new TreeMap<>(node.site().labels()));
        if (from != null) {
            line.put("distance", Double.isInfinite(distance(from)) ? null : distance(from));
        }
        line.put("delay", delay == null ? null : millis(delay));
        line.put("queue", node.queue());
        line.put("workers", node.workers());
        line.put("free", node.free());
        line.put("maxFrame", node.maxFrame());
        line.put("maxTask", node.maxTask());
        line.put("networks", networks.stream().map(URI::toString).toList());
        line.put("functions", node.functions().stream().map(NodeReport::json).toList());
        if (takesModules) {
            line.put("modules", modules);
        }
        return line;
    }

    private static Map<String, Object> json(FunctionInfo function) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", function.name());
        line.put("version", function.version());
        line.put(
                "parameters",
                function.parameters().stream()
                        .map(each -> each.optional() ? each.name() + "?" : each.name())
                        .toList());
        return line;
    }
}
