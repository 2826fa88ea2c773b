package io.broccoli.window;

import io.broccoli.window.Stream.Input;
import io.broccoli.window.Stream.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.NullUnmarked;

/** Streams by chance, each from its seed. */
@NullUnmarked
final class RandomStreams {

    private static final int STREAMS = 10_000;

    private final Random random;

    private RandomStreams(long seed) {
        random = new Random(seed);
    }

    /** The seeds of a test: {@code -Dbroccoli.seed=N} plays one alone. */
    static long[] seeds() {
        Long one = Long.getLong("broccoli.seed");
        return one != null
                ? new long[] {one}
                : LongStream.rangeClosed(1, STREAMS).toArray();
    }

    static Stream windows(long seed) {
        RandomStreams by = new RandomStreams(seed);
        return by.stream(seed, by.window(), 0, 0);
    }

    static Stream join(long seed) {
        RandomStreams by = new RandomStreams(seed);
        long low = by.random.nextInt(40) - 20;
        return by.stream(seed, null, low, low + by.random.nextInt(25));
    }

    private Window.Events window() {
        long size = 1 + random.nextInt(30);
        return switch (random.nextInt(3)) {
            case 0 -> Window.ofEvents(Duration.ofMillis(size)).withOffset(Duration.ofMillis(random.nextInt(60) - 30));
            case 1 ->
                Window.sliding(Duration.ofMillis(size), Duration.ofMillis(1 + random.nextInt(40)))
                        .withOffset(Duration.ofMillis(random.nextInt(60) - 30));
            default -> Window.session(Duration.ofMillis(1 + random.nextInt(12)));
        };
    }

    private Stream stream(long seed, Window.Events window, long low, long high) {
        int sources = 1 + random.nextInt(4);
        int keys = 1 + random.nextInt(3);
        int jitter = 1 + random.nextInt(25);
        int step = 1 + random.nextInt(8);
        int events = random.nextInt(8);
        List<Input> input = new ArrayList<>();
        long now = random.nextInt(100) - 50;
        for (int i = random.nextInt(70); i > 0; i--) {
            String source = "s" + random.nextInt(sources);
            if (random.nextInt(40) < events) {
                Kind kind = Kind.values()[1 + random.nextInt(3)];
                input.add(new Input(kind, source, null, 0, null, null));
                continue;
            }
            now += random.nextInt(step);
            String key = random.nextInt(keys) == 0 ? null : "k" + random.nextInt(keys);
            input.add(new Input(
                    Kind.SAMPLE, source, random.nextBoolean() ? "a" : "b", now - random.nextInt(jitter), key, (long)
                            input.size()));
        }
        return new Stream(
                "seed " + seed,
                window,
                low,
                high,
                random.nextInt(3) == 0 ? 0 : random.nextInt(20),
                random.nextInt(2) == 0 ? 0 : random.nextInt(30),
                input,
                null);
    }
}
