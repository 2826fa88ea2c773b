package io.broccoli.window;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * What arrives at a window or a join, and how it is cut.
 *
 * @param window the windows; null for a join
 * @param low of a join
 * @param high of a join
 */
@NullUnmarked
record Stream(
        String name,
        Window.@Nullable Events window,
        long low,
        long high,
        long disorder,
        long lateness,
        List<Input> input,
        Outcome expect) {

    /** @param results {@link Fired} or {@link Pair} */
    record Outcome(List<?> results, List<Integer> at, List<Object> late, int most) {}

    record Fired(Object key, long start, long end, int revision, List<Object> values) {

        static Fired of(WindowResult<Object, List<Object>> it) {
            return new Fired(it.key(), it.start().toEpochMilli(), it.end().toEpochMilli(), it.revision(), it.value());
        }
    }

    enum Kind {
        SAMPLE,
        JOINED,
        ENDED,
        IDLE
    }

    record Input(Kind kind, String source, String side, long t, Object key, Object value) {

        Input at(long time) {
            return new Input(kind, source, side, time, key, value);
        }
    }

    boolean isJoin() {
        return window == null;
    }

    Duration disorderTime() {
        return Duration.ofMillis(disorder);
    }

    Duration latenessTime() {
        return Duration.ofMillis(lateness);
    }

    @Override
    public String toString() {
        return name;
    }

    static List<Stream> cases() throws IOException {
        try (InputStream file = Stream.class.getResourceAsStream("/conformance/time-cases.json")) {
            List<Stream> all = new ArrayList<>();
            new ObjectMapper().readTree(file).forEach(each -> all.add(read(each)));
            return all;
        }
    }

    private static Stream read(JsonNode node) {
        List<Input> input = new ArrayList<>();
        node.get("input").forEach(each -> input.add(input(each)));
        JsonNode join = node.get("join");
        JsonNode expect = node.get("expect");
        List<Object> results = new ArrayList<>();
        expect.get("results")
                .forEach(each -> results.add(
                        join != null
                                ? new Pair<>(value(each.get("key")), value(each.get("a")), value(each.get("b")))
                                : new Fired(
                                        value(each.get("key")),
                                        each.get("start").asLong(),
                                        each.get("end").asLong(),
                                        each.get("revision").asInt(),
                                        values(each.get("values")))));
        List<Integer> at = new ArrayList<>();
        expect.get("at").forEach(each -> at.add(each.asInt()));
        return new Stream(
                node.get("name").asText(),
                join != null ? null : window(node.get("window")),
                join == null ? 0 : join.get("low").asLong(),
                join == null ? 0 : join.get("high").asLong(),
                node.get("time").path("disorder").asLong(0),
                node.get("time").path("lateness").asLong(0),
                input,
                new Outcome(
                        results,
                        at,
                        values(expect.get("late")),
                        expect.get("most").asInt()));
    }

    private static Window.Events window(JsonNode node) {
        if (node.get("kind").asText().equals("session")) {
            return Window.session(Duration.ofMillis(node.get("gap").asLong()));
        }
        Duration size = Duration.ofMillis(node.get("size").asLong());
        Duration slide = node.has("slide") ? Duration.ofMillis(node.get("slide").asLong()) : size;
        return Window.sliding(size, slide)
                .withOffset(Duration.ofMillis(node.path("offset").asLong(0)));
    }

    private static Input input(JsonNode node) {
        for (Kind kind : List.of(Kind.JOINED, Kind.ENDED, Kind.IDLE)) {
            JsonNode source = node.get(kind.name().toLowerCase(Locale.ROOT));
            if (source != null) {
                return new Input(kind, source.asText(), null, 0, null, null);
            }
        }
        return new Input(
                Kind.SAMPLE,
                node.get("source").asText(),
                node.path("side").asText(),
                node.get("t").asLong(),
                value(node.get("key")),
                value(node.get("value")));
    }

    private static List<Object> values(JsonNode list) {
        List<Object> values = new ArrayList<>();
        list.forEach(each -> values.add(value(each)));
        return values;
    }

    private static Object value(JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        return node.isIntegralNumber() ? (Object) node.asLong() : node.asText();
    }
}
