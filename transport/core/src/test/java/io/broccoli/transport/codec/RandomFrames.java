package io.broccoli.transport.codec;

import io.broccoli.frame.Body;
import io.broccoli.frame.Frame;
import io.broccoli.frame.FunctionInfo;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import io.broccoli.frame.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Frames, bodies and plain values of all kinds, the same for the same seed; numbers near the borders of their forms. */
final class RandomFrames {
    private final Random random;
    private final MessagePackPayloadCodec payloads = new MessagePackPayloadCodec();

    RandomFrames(Random random) {
        this.random = random;
    }

    Frame frame() {
        return switch (random.nextInt(9)) {
            case 0 -> status();
            case 1 ->
                new Frame.Poll(
                        any(),
                        any(),
                        count(),
                        number(),
                        list(5, this::count).stream().mapToLong(Long::longValue).toArray(),
                        list(3, () -> new Frame.ItemAsk(count(), count(), count())),
                        number(),
                        random.nextInt(3),
                        1 + random.nextInt(3));
            case 2 -> new Frame.Grant(any(), any(), count(), count(), ranges(), number());
            case 3 -> tasks();
            case 4 -> results();
            case 5 ->
                new Frame.Items(
                        any(),
                        any(),
                        list(
                                4,
                                () -> new Frame.ItemRun(
                                        count(),
                                        count(),
                                        random.nextBoolean(),
                                        list(5, () -> payloads.encode(value(2))))));
            case 6 -> new Frame.Cancel(any(), any(), count(), number(), ranges());
            case 7 -> new Frame.Nack(any(), count(), count(), pick(Frame.Refusal.values()), any());
            default -> new Frame.Bye(any());
        };
    }

    Frame.Tasks tasks() {
        List<@Nullable Payload> bodies = new ArrayList<>();
        while (bodies.size() < 30 && random.nextInt(8) > 0) {
            if (random.nextInt(6) == 0) {
                bodies.add(null);
            } else if (random.nextBoolean()) {
                bodies.add(payloads.encodeBody(body()));
            } else {
                bodies.addAll(alike());
            }
        }
        return new Frame.Tasks(any(), any(), count(), number(), count(), any(), bodies);
    }

    /** Calls of one function with much in common. */
    private List<Payload> alike() {
        int function = number();
        int arguments = random.nextInt(16);
        Map<String, @Nullable Object> kwargs = random.nextInt(3) == 0 ? map(2) : Map.of();
        Body.Headers headers = random.nextInt(3) == 0 ? headers() : Body.Headers.NONE;
        List<Payload> alike = new ArrayList<>();
        for (int i = random.nextInt(10); i >= 0; i--) {
            List<@Nullable Object> args = new ArrayList<>();
            for (int n = 0; n < arguments; n++) {
                args.add(value(2));
            }
            boolean odd = random.nextInt(10) == 0;
            alike.add(payloads.encodeBody(new Body.Call(function, args, kwargs, odd ? headers() : headers)));
        }
        return alike;
    }

    private Frame results() {
        List<Frame.Result> results = new ArrayList<>();
        long seq = count() / 2;
        while (results.size() < 30 && random.nextInt(10) > 0) {
            Frame.ResultStatus status = pick(Frame.ResultStatus.values());
            boolean empty = random.nextBoolean();
            for (int i = random.nextInt(5); i >= 0; i--) {
                results.add(new Frame.Result(seq++, status, empty ? Payload.EMPTY : payloads.encode(value(3))));
            }
            seq += random.nextInt(2);
        }
        return new Frame.Results(any(), any(), count(), count(), number(), results);
    }

    private Frame status() {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            labels.put(string(), string());
        }
        Site site =
                new Site(labels, random.nextBoolean() ? null : random.nextDouble(), random.nextBoolean() ? null : 10.0);
        return new Frame.Status(
                string(),
                any(),
                pick(Frame.MemberState.values()),
                number(),
                number(),
                number(),
                number(),
                number(),
                random.nextInt(2),
                random.nextBoolean() ? site : Site.UNKNOWN,
                list(4, this::function));
    }

    private FunctionInfo function() {
        return new FunctionInfo(
                number(),
                string(),
                random.nextBoolean() ? "" : string(),
                list(3, () -> new FunctionInfo.Parameter(string(), random.nextBoolean())),
                random.nextBoolean());
    }

    private SeqRanges ranges() {
        long[] pairs = new long[2 * random.nextInt(4)];
        long floor = count() / 4;
        long at = floor;
        for (int i = 0; i < pairs.length; i++) {
            at += i % 2 == 0 ? 2 + random.nextInt(300) : random.nextInt(3);
            pairs[i] = at;
        }
        return new SeqRanges(floor, pairs);
    }

    Body body() {
        return switch (random.nextInt(4)) {
            case 0 ->
                new Body.Chain(
                        list(4, () -> new Body.Step(number(), list(3, () -> value(2)), map(2), random.nextBoolean())),
                        headers());
            case 1 ->
                new Body.Each(
                        number(), list(3, () -> value(2)), list(5, () -> value(2)), random.nextBoolean(), headers());
            default ->
                new Body.Call(number(), list(18, () -> value(2)), random.nextBoolean() ? map(2) : Map.of(), headers());
        };
    }

    private Body.Headers headers() {
        if (random.nextBoolean()) {
            return Body.Headers.NONE;
        }
        return new Body.Headers(
                random.nextBoolean() ? 0 : any(),
                1 + random.nextInt(3),
                random.nextBoolean() ? 0 : count(),
                random.nextInt(3),
                random.nextBoolean() ? "" : string(),
                random.nextBoolean() ? 0 : count(),
                random.nextBoolean() ? 0 : count());
    }

    @Nullable Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 11 : 9)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextDouble();
            case 3 -> string();
            case 4 -> bytes();
            case 5 -> boxed(any());
            case 9 -> list(4, () -> value(depth - 1));
            case 10 -> map(depth - 1);
            default -> random.nextInt(300);
        };
    }

    private Map<String, @Nullable Object> map(int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put(string(), value(depth));
        }
        return map;
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 300 : 10)];
        random.nextBytes(bytes);
        return bytes;
    }

    private String string() {
        String alphabet = "abcdefghijkÄ€🥦";
        int letters = alphabet.codePointCount(0, alphabet.length());
        StringBuilder string = new StringBuilder();
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 300 : 8); i > 0; i--) {
            string.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, random.nextInt(letters))));
        }
        return string.toString();
    }

    private static Object boxed(long value) {
        return value == (int) value ? (Object) (int) value : (Object) value;
    }

    private long any() {
        long magnitude = (1L << random.nextInt(64)) + random.nextInt(3) - 1;
        return random.nextBoolean() ? magnitude : -magnitude;
    }

    private long count() {
        return any() & Long.MAX_VALUE;
    }

    private int number() {
        return (int) count() & Integer.MAX_VALUE;
    }

    private <T> T pick(T[] of) {
        return of[random.nextInt(of.length)];
    }

    private <T extends @Nullable Object> List<T> list(int most, Supplier<T> element) {
        @SuppressWarnings("unchecked")
        T[] elements = (T[]) new Object[random.nextInt(most + 1)];
        Arrays.setAll(elements, i -> element.get());
        return new ArrayList<>(Arrays.asList(elements));
    }
}
