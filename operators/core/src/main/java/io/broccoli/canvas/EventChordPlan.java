package io.broccoli.canvas;

import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.task.Signature;
import io.broccoli.task.TaskOutcome;
import io.broccoli.window.WindowResult;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A canvas for each window over event time. Its result keeps key, start, end and revision of the window. */
record EventChordPlan<K extends @Nullable Object, E, R>(CanvasPlan<List<?>, R> body)
        implements Plan<WindowResult<K, List<E>>, WindowResult<K, R>> {

    static <K extends @Nullable Object, E, R> EventChordPlan<K, E, R> of(Signature<R> body) {
        return new EventChordPlan<>(CanvasPlan.ofWindows(body));
    }

    @Override
    public void begin(WindowResult<K, List<E>> window, Run run) {
        body.begin(window.value(), run, new WindowEnd(window));
    }

    @Override
    public Type resultType() {
        return body.resultType(); // of what travels
    }

    /** What a router sees: the first element of the window. */
    static @Nullable Object firstElement(@Nullable Object window) {
        return window instanceof WindowResult<?, ?> result ? Args.firstOfList(result.value()) : null;
    }

    /** Puts what came of a window in the place of its elements. */
    record WindowEnd(WindowResult<?, ?> window) implements Run.Then {

        @Override
        @SuppressWarnings("NullAway") // a body may give null: R may be nullable
        public void succeeded(Run run, Payload value) {
            TaskOutcome<?> outcome = run.decode(value);
            if (outcome instanceof TaskOutcome.Failure<?> failure) {
                run.fail(failure);
                return;
            }
            run.succeedWith(new WindowResult<@Nullable Object, @Nullable Object>(
                    window.key(),
                    window.start(),
                    window.end(),
                    window.revision(),
                    ((TaskOutcome.Success<?>) outcome).value(),
                    window.early()));
        }
    }
}
