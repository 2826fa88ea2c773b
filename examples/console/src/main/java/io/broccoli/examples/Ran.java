package io.broccoli.examples;

import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** What came of a canvas, and how long it took. */
record Ran<T>(TaskOutcome<T> outcome, Duration took) {

    /** Measures from the subscription. */
    static <T> Mono<Ran<T>> timed(Mono<TaskOutcome<T>> running) {
        return running.timed().map(timed -> new Ran<>(timed.get(), timed.elapsed()));
    }

    /** A line for people: how it ended and when, and of a failure also where. */
    String described() {
        String time = " after " + took.toMillis() + " ms";
        if (!(outcome instanceof TaskOutcome.Failure<T> failure)) {
            return "succeeded" + time;
        }
        return "failed with " + failure.kind() + time
                + part(", task ", failure.task())
                + part(", step ", failure.step())
                + part(" on node ", failure.node())
                + part(", attempt ", failure.attempt())
                + part(", exception ", failure.type());
    }

    private static String part(String name, String value) {
        return value.isEmpty() ? "" : name + value;
    }

    private static String part(String name, int value) {
        return value == 0 ? "" : name + value;
    }
}
