package io.broccoli.canvas;

import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.task.Signature;
import io.broccoli.task.TaskOutcome;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The last fold of a window: of what came of its pieces. A piece that failed is the window's failure; a lone one is its result. */
record FoldPlan<R>(Step body, Type resultType) implements Plan<List<TaskOutcome<R>>, R> {

    static <R> FoldPlan<R> of(Signature<R> body) {
        return new FoldPlan<>(SignatureReader.read(body), body.type());
    }

    /** What a router sees. */
    static @Nullable Object firstValue(@Nullable Object partials) {
        return partials instanceof List<?> list && list.get(0) instanceof TaskOutcome.Success<?> success
                ? success.value()
                : null;
    }

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
            List<@Nullable R> values = partials.stream().map(FoldPlan::value).collect(Collectors.toList());
            body.start(run, Collections.singletonList(values), CanvasPlan.END);
        }
    }

    private static <R> @Nullable R value(TaskOutcome<R> partial) {
        return ((TaskOutcome.Success<R>) partial).value();
    }
}
