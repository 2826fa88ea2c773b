package io.broccoli.perf.windows;

import io.broccoli.perf.process.ChildProcess;
import io.broccoli.window.EventTime;
import io.broccoli.window.Fold;
import io.broccoli.window.Window;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * The process of a contender without a cluster. Arguments: its name, how many keys. Asked for a number of samples, it counts them by
 * key and window, and answers with nanoseconds, CPU nanoseconds and how many results there were.
 */
public final class ContenderMain {

    static final String OURS = "broccoli";
    static final String COLLECTING = "broccoli, lists";
    static final String REACTOR = "reactor";

    private ContenderMain() {}

    public static void main(String[] args) throws IOException {
        int keys = Integer.parseInt(args[1]);
        ChildProcess.ready(items -> run(args[0], Integer.parseInt(items), keys));
    }

    private static String run(String contender, int items, int keys) {
        Course course = new Course(items);
        Flux<Event> events = Flux.range(0, items).map(n -> {
            if (n == 0) {
                course.begin();
            }
            return Event.of(n, keys);
        });
        Flux<Long> counts =
                switch (contender) {
                    case OURS ->
                        events.transform(eventTime().windows(Window.ofEvents(Event.SIZE), new Count()))
                                .map(result -> (long) result.value()[0]);
                    case COLLECTING ->
                        events.transform(eventTime().windows(Window.ofEvents(Event.SIZE)))
                                .map(result -> (long) result.value().size());
                    case REACTOR -> byArrival(events, keys);
                    default -> throw new IllegalArgumentException("no contender " + contender);
                };
        counts.subscribe(course::result, Throwable::printStackTrace);
        try {
            return course.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static EventTime<Event, Integer> eventTime() {
        return EventTime.<Event>of(event -> Instant.ofEpochMilli(event.time()))
                .withDisorder(Event.DISORDER)
                .keyedBy(Event::key);
    }

    /** Reactor knows no event time: its windows end by their count, here what a window of event time has on average, or by arrival. */
    private static Flux<Long> byArrival(Flux<Event> events, int keys) {
        int count = Math.max(1, Event.IN_A_WINDOW / keys);
        return events.groupBy(Event::key, keys)
                .flatMap(
                        group -> group.windowTimeout(count, Duration.ofSeconds(1))
                                .flatMap(Flux::count),
                        keys);
    }

    /** Counts without making an object for each sample. */
    private static final class Count implements Fold<Event, int[], int[]> {

        @Override
        public int[] init() {
            return new int[1];
        }

        @Override
        public int[] add(int[] accumulator, Event event) {
            accumulator[0]++;
            return accumulator;
        }

        @Override
        public int[] merge(int[] first, int[] second) {
            first[0] += second[0];
            return first;
        }

        @Override
        public int[] finish(int[] accumulator) {
            return accumulator;
        }
    }

    static List<String> names() {
        return List.of(OURS, COLLECTING, REACTOR);
    }
}
