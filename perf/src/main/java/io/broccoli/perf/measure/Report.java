package io.broccoli.perf.measure;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows and ratios of one run, as they come: printed by a {@link Table}, kept for the JSON file. */
public final class Report {

    private final Map<String, Object> env;
    private final Table table;
    private final List<Row> rows = new ArrayList<>();
    private final List<Ratio> ratios = new ArrayList<>();

    public Report(Map<String, Object> env, Table table) {
        this.env = new LinkedHashMap<>(env);
        this.table = table;
        this.env.put("load1_before", Environment.load1());
    }

    public Row add(Row row) {
        rows.add(row);
        table.row(row);
        return row;
    }

    public void add(Ratio ratio) {
        ratios.add(ratio);
        table.ratio(ratio);
    }

    public List<Row> rows() {
        return List.copyOf(rows);
    }

    public List<Ratio> ratios() {
        return List.copyOf(ratios);
    }

    /**
     * Holds one row against another in all that a stream of items costs.
     *
     * @param pairs their blocks
     * @param leastRate target of items/s; NaN: none
     * @param mostLatency target of p50; NaN: none
     */
    public void compare(Row a, Row b, Pairs pairs, double leastRate, double mostLatency) {
        add(Ratio.atLeast("items/s", a, b, pairs, Block::rate, leastRate));
        add(Ratio.atMost("CPU/item", a, b, pairs, Block::cpu, Double.NaN));
        add(Ratio.atMost("p50", a, b, pairs, Block::p50, mostLatency));
        add(Ratio.atMost("wire bytes/item", a, b, pairs, Block::wireBytes, Double.NaN));
    }

    /**
     * Writes all to a file and says where it is. Makes the folder of the file if there is none.
     *
     * @param chosen the file; null: perf/out/KIND-UTC.json
     */
    public void write(@Nullable Path chosen, String kind) throws IOException {
        Path file = chosen == null ? file(kind) : chosen;
        env.put("load1_after", Environment.load1());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("env", env);
        all.put("rows", rows.stream().map(Report::json).toList());
        all.put("ratios", ratios.stream().map(Report::json).toList());
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), all);
        table.note("Written to " + file.toAbsolutePath());
    }

    private static Path file(String kind) {
        String now = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        return Path.of(System.getProperty("broccoli.root", "."), "perf", "out", kind + "-" + now + ".json");
    }

    private static Map<String, @Nullable Object> json(Row row) {
        Spread rate = row.spread(Block::rate);
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", row.id());
        json.put("subject", row.subject());
        json.put("params", row.params());
        json.put("unit", row.unit());
        spread(json, rate);
        json.put("cpu_us_per_item", number(row.median(Block::cpu)));
        json.put("wire_bytes_per_item", number(row.median(Block::wireBytes)));
        json.put("messages_per_item", number(row.median(Block::messages)));
        json.put("payload_bytes_per_item", number(row.median(Block::payloadBytes)));
        json.put("p50_us", number(row.median(Block::p50)));
        json.put("p99_us", number(row.median(Block::p99)));
        json.put("p999_us", number(row.median(Block::p999)));
        json.put("peak_rss_mb", number(row.median(Block::peakMemory)));
        json.put("contention", number(row.median(Block::contention)));
        json.put("check", row.check());
        return json;
    }

    private static Map<String, @Nullable Object> json(Ratio ratio) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("goal", ratio.goal());
        json.put("a", ratio.a());
        json.put("b", ratio.b());
        json.put("params", ratio.params());
        spread(json, ratio.spread());
        json.put("target", number(ratio.target()));
        json.put("verdict", ratio.verdict());
        return json;
    }

    private static void spread(Map<String, @Nullable Object> json, Spread spread) {
        json.put("n", spread.n());
        json.put("median", number(spread.median()));
        json.put("min", number(spread.min()));
        json.put("max", number(spread.max()));
    }

    /** JSON has no NaN. */
    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? Math.round(value * 1e4) / 1e4 : null;
    }
}
