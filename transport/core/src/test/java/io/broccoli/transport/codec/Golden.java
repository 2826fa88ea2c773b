package io.broccoli.transport.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.broccoli.frame.Body;
import io.broccoli.frame.Frame;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import io.broccoli.frame.Site;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The golden files: what is in them, as frames, bodies and values. They were written by another codec, after the document. */
final class Golden {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Golden() {}

    static List<JsonNode> samples(String file) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + file + ".json")) {
            List<JsonNode> samples = new ArrayList<>();
            JSON.readTree(Objects.requireNonNull(in, file)).forEach(samples::add);
            return samples;
        } catch (IOException e) {
            throw new IllegalStateException(file, e);
        }
    }

    static byte[] bytes(JsonNode sample) {
        return HexFormat.of().parseHex(sample.path("hex").asText());
    }

    static Frame frame(JsonNode f) {
        long producerEpoch = f.path("producerEpoch").asLong();
        long linkEpoch = f.path("linkEpoch").asLong();
        long ctl = f.path("ctl").asLong();
        int want = f.path("want").asInt();
        int free = f.path("free").asInt();
        long limit = f.path("limit").asLong();
        return switch (f.path("kind").asText()) {
            case "STATUS" -> status(f, free);
            case "POLL" ->
                new Frame.Poll(
                        producerEpoch,
                        linkEpoch,
                        ctl,
                        want,
                        longs(f.path("open")),
                        list(f.path("items"), Golden::ask),
                        f.path("maxFrame").asInt(),
                        f.path("features").asInt(),
                        f.path("weight").asInt(1));
            case "GRANT" -> new Frame.Grant(producerEpoch, linkEpoch, ctl, limit, ranges(f.path("seen")), free);
            case "TASKS" ->
                new Frame.Tasks(
                        producerEpoch,
                        linkEpoch,
                        ctl,
                        want,
                        f.path("firstSeq").asLong(),
                        f.path("firstId").asLong(),
                        list(f.path("bodies"), Golden::payloadOrNull));
            case "RESULTS" ->
                new Frame.Results(producerEpoch, linkEpoch, ctl, limit, free, list(f.path("entries"), Golden::result));
            case "ITEMS" -> new Frame.Items(producerEpoch, linkEpoch, list(f.path("runs"), Golden::run));
            case "CANCEL" -> new Frame.Cancel(producerEpoch, linkEpoch, ctl, want, ranges(f.path("ranges")));
            case "NACK" ->
                new Frame.Nack(
                        linkEpoch,
                        f.path("firstSeq").asLong(),
                        f.path("lastSeq").asLong(),
                        Frame.Refusal.valueOf(f.path("reason").asText()),
                        f.path("current").asLong());
            case "BYE" -> new Frame.Bye(f.path("epoch").asLong());
            default -> throw new IllegalArgumentException(f.toString());
        };
    }

    static Body body(JsonNode b) {
        int function = b.path("function").asInt();
        List<@Nullable Object> args = list(b.path("args"), Golden::value);
        JsonNode h = b.path("headers");
        Body.Headers headers = new Body.Headers(
                h.path("id").asLong(),
                h.path("attempt").asInt(1),
                h.path("deadlineMillis").asLong(),
                h.path("depth").asInt(),
                h.path("trace").asText(""),
                h.path("itemLimit").asLong(),
                h.path("received").asLong());
        return switch (b.path("kind").asText()) {
            case "CALL" -> new Body.Call(function, args, kwargs(b), headers);
            case "CHAIN" -> new Body.Chain(list(b.path("steps"), Golden::step), headers);
            case "EACH" -> new Body.Each(function, args, list(b.path("items"), Golden::value), false, headers);
            case "STAR" -> new Body.Each(function, args, list(b.path("items"), Golden::value), true, headers);
            default -> throw new IllegalArgumentException(b.toString());
        };
    }

    /** As it is written; what is read may be of another type. */
    static @Nullable Object value(JsonNode v) {
        if (v.isArray()) {
            return list(v, Golden::value);
        }
        if (v.has("$bin")) {
            return HexFormat.of().parseHex(v.path("$bin").asText());
        }
        if (v.has("$float32")) {
            return (float) v.path("$float32").asDouble();
        }
        if (v.has("$float")) {
            String text = v.path("$float").asText();
            return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        if (v.isObject()) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            v.fields().forEachRemaining(field -> map.put(field.getKey(), value(field.getValue())));
            return map;
        }
        if (v.isNull()) {
            return null;
        }
        if (v.isBoolean()) {
            return v.asBoolean();
        }
        return v.isNumber() ? v.numberValue() : v.asText();
    }

    private static Frame status(JsonNode f, int free) {
        JsonNode s = f.path("site");
        Map<String, String> labels = new LinkedHashMap<>();
        s.path("labels")
                .fields()
                .forEachRemaining(
                        label -> labels.put(label.getKey(), label.getValue().asText()));
        Site site = new Site(labels, degrees(s.path("latitude")), degrees(s.path("longitude")));
        return new Frame.Status(
                f.path("member").asText(),
                f.path("bootEpoch").asLong(),
                Frame.MemberState.valueOf(f.path("state").asText()),
                f.path("queue").asInt(),
                f.path("workers").asInt(),
                free,
                f.path("maxFrame").asInt(),
                f.path("maxTask").asInt(),
                f.path("features").asInt(),
                site,
                list(f.path("functions"), Golden::function));
    }

    private static FunctionInfo function(JsonNode f) {
        return new FunctionInfo(
                f.path("number").asInt(),
                f.path("name").asText(),
                f.path("version").asText(""),
                list(
                        f.path("parameters"),
                        p -> new FunctionInfo.Parameter(
                                p.path("name").asText(), p.path("optional").asBoolean())),
                f.path("replayable").asBoolean());
    }

    private static Frame.ItemAsk ask(JsonNode a) {
        return new Frame.ItemAsk(
                a.path("seq").asLong(),
                a.path("received").asLong(),
                a.path("limit").asLong());
    }

    private static Frame.Result result(JsonNode r) {
        Frame.ResultStatus status = Frame.ResultStatus.valueOf(r.path("status").asText());
        return new Frame.Result(r.path("seq").asLong(), status, payload(r.path("payload")));
    }

    private static Frame.ItemRun run(JsonNode r) {
        return new Frame.ItemRun(
                r.path("seq").asLong(),
                r.path("first").asLong(),
                r.path("last").asBoolean(),
                list(r.path("values"), Golden::payload));
    }

    private static Body.Step step(JsonNode s) {
        return new Body.Step(
                s.path("function").asInt(),
                list(s.path("args"), Golden::value),
                kwargs(s),
                s.path("immutable").asBoolean());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> kwargs(JsonNode node) {
        Object map = node.has("kwargs") ? value(node.path("kwargs")) : null;
        return map == null ? Map.of() : (Map<String, @Nullable Object>) map;
    }

    private static SeqRanges ranges(JsonNode r) {
        List<Long> bounds = new ArrayList<>();
        r.path("pairs").forEach(pair -> pair.forEach(bound -> bounds.add(bound.asLong())));
        return new SeqRanges(
                r.path("floor").asLong(),
                bounds.stream().mapToLong(Long::longValue).toArray());
    }

    private static Payload payload(JsonNode hex) {
        return Payload.of(HexFormat.of().parseHex(hex.asText()));
    }

    private static @Nullable Payload payloadOrNull(JsonNode hex) {
        return hex.isNull() ? null : payload(hex);
    }

    private static @Nullable Double degrees(JsonNode node) {
        return node.isNumber() ? node.asDouble() : null;
    }

    private static long[] longs(JsonNode node) {
        return list(node, JsonNode::asLong).stream().mapToLong(Long::longValue).toArray();
    }

    private static <T extends @Nullable Object> List<T> list(JsonNode node, Function<JsonNode, T> read) {
        List<T> list = new ArrayList<>();
        node.forEach(element -> list.add(read.apply(element)));
        return list;
    }
}
