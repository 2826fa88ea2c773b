package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list on its way through an associative body; if it is too large for a node, its halves are folded first, in order. */
final class Fold implements Run.Then {

    private final Step body;
    private final List<? extends @Nullable Object> values;
    private final Run.Then then;

    private Fold(Step body, List<? extends @Nullable Object> values, Run.Then then) {
        this.body = body;
        this.values = values;
        this.then = then;
    }

    static void start(Step body, List<? extends @Nullable Object> values, Run run, Run.Then then) {
        body.start(run, Collections.singletonList(values), new Fold(body, values, then));
    }

    @Override
    public void succeeded(Run run, Payload value) {
        then.succeeded(run, value);
    }

    @Override
    public void failed(Run run, TaskOutcome.Failure<?> failure) {
        int half = values.size() / 2;
        if (failure.kind() != FailureKind.TOO_LARGE || half == 0) {
            then.failed(run, failure);
            return;
        }
        // What the halves give is not cut again: it is two values, and may never become smaller.
        Join.list(
                2,
                (index, joined, member) -> start(
                        body,
                        index == 0 ? values.subList(0, half) : values.subList(half, values.size()),
                        joined,
                        member),
                run,
                new Run.Then() {
                    @Override
                    public void succeeded(Run joined, Payload both) {
                        body.start(joined, Collections.singletonList(both), then);
                    }

                    @Override
                    public void failed(Run joined, TaskOutcome.Failure<?> half) {
                        then.failed(joined, half);
                    }
                });
    }
}
