package io.broccoli.window;

import io.broccoli.window.Stream.Fired;
import io.broccoli.window.Stream.Input;
import io.broccoli.window.Stream.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;

/** Plays streams into tables. */
@NullUnmarked
final class Player {

    private Player() {}

    static Outcome play(Stream stream) {
        return stream.isJoin() ? join(stream) : windows(stream);
    }

    private static Outcome windows(Stream stream) {
        WindowTable<Object, Object, List<Object>> table =
                WindowTable.collecting(stream.window(), stream.disorderTime(), stream.latenessTime());
        return windows(stream, table, Fired::of);
    }

    static <R> Outcome windows(
            Stream stream, WindowTable<Object, Object, R> table, Function<WindowResult<Object, R>, ?> read) {
        List<Object> results = new ArrayList<>();
        List<Integer> at = new ArrayList<>();
        List<Object> late = new ArrayList<>();
        int most = 0;
        int step = 0;
        for (Input item : stream.input()) {
            step++;
            switch (item.kind()) {
                case JOINED -> table.joined(item.source());
                case ENDED -> table.ended(item.source());
                case IDLE -> table.idle(item.source());
                case SAMPLE -> {
                    if (!table.sample(item.source(), item.t(), item.key(), item.value())) {
                        late.add(item.value());
                    }
                }
            }
            drain(table, results, at, step, read);
            most = Math.max(most, table.held());
        }
        table.end();
        drain(table, results, at, step + 1, read);
        return new Outcome(results, at, late, most);
    }

    private static <R> void drain(
            WindowTable<Object, Object, R> table,
            List<Object> results,
            List<Integer> at,
            int step,
            Function<WindowResult<Object, R>, ?> read) {
        for (WindowResult<Object, R> it = table.next(); it != null; it = table.next()) {
            results.add(read.apply(it));
            at.add(step);
        }
    }

    private static Outcome join(Stream stream) {
        JoinTable<Object, Object, Object> table = new JoinTable<>(
                Duration.ofMillis(stream.low()), Duration.ofMillis(stream.high()), stream.disorderTime());
        List<Object> results = new ArrayList<>();
        List<Integer> at = new ArrayList<>();
        List<Object> late = new ArrayList<>();
        int most = 0;
        int step = 0;
        for (Input item : stream.input()) {
            step++;
            switch (item.kind()) {
                case JOINED -> table.joined(item.source());
                case ENDED -> table.ended(item.source());
                case IDLE -> table.idle(item.source());
                case SAMPLE -> {
                    boolean taken = item.side().equals("a")
                            ? table.a(item.source(), item.t(), item.key(), item.value())
                            : table.b(item.source(), item.t(), item.key(), item.value());
                    if (!taken) {
                        late.add(item.value());
                    }
                }
            }
            for (Object it = table.next(); it != null; it = table.next()) {
                results.add(it);
                at.add(step);
            }
            most = Math.max(most, table.held());
        }
        return new Outcome(results, at, late, most);
    }
}
