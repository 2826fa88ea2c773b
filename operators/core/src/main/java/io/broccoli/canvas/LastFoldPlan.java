package io.broccoli.canvas;

import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.task.TaskOutcome;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The last fold of a window: of what came of its pieces. A piece that failed is the window's failure; a lone one is its result. */
record LastFoldPlan<R>(Step body, Type resultType) implements Plan<List<TaskOutcome<R>>, R> {

    @Override
    public void begin(List<TaskOutcome<R>> partials, Run run) {
        for (TaskOutcome<R> partial : partials) {
            if (partial instanceof TaskOutcome.Failure<R> failure) {
                run.fail(failure);
                return;
            }
        }
        if (partials.size() == 1) {
            run.succeed(run.encode(value(partials.get(0))));
        } else {
            List<@Nullable R> values =
                    partials.stream().map(LastFoldPlan::value).collect(Collectors.toList());
            Fold.start(body, values, run, CanvasPlan.END);
        }
    }

    /** What a router sees. */
    static @Nullable Object firstValue(@Nullable Object partials) {
        return partials instanceof List<?> list && list.get(0) instanceof TaskOutcome.Success<?> success
                ? success.value()
                : null;
    }

    private static <R> @Nullable R value(TaskOutcome<R> partial) {
        return ((TaskOutcome.Success<R>) partial).value();
    }
}
