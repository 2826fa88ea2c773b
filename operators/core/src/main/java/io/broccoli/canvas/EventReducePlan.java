package io.broccoli.canvas;

import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.task.Signature;
import io.broccoli.task.TaskOutcome;
import io.broccoli.window.WindowResult;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A window over event time that is folded by an associative body: pieces of it at once, then what came of the pieces, in order. */
record EventReducePlan<K extends @Nullable Object, E, R>(Step body, Type resultType)
        implements Plan<WindowResult<K, List<E>>, WindowResult<K, R>> {

    static <K extends @Nullable Object, E, R> EventReducePlan<K, E, R> of(Signature<R> body) {
        return new EventReducePlan<>(SignatureReader.read(body), body.type());
    }

    @Override
    public void begin(WindowResult<K, List<E>> window, Run run) {
        fold(CanvasPlan.plain(window.value()), run, new EventChordPlan.WindowEnd(window));
    }

    /** Folds a list: if it is longer than a piece, as at most so many parts as fit into a piece, each in the same way. */
    private void fold(List<?> values, Run run, Run.Then then) {
        int size = values.size();
        if (size <= Reduction.FOLD) {
            Fold.start(body, values, run, then);
            return;
        }
        int length = Math.max(Reduction.FOLD, (size + Reduction.FOLD - 1) / Reduction.FOLD);
        int parts = (size + length - 1) / length;
        Join.list(
                parts,
                (index, joined, member) ->
                        fold(values.subList(index * length, Math.min(size, (index + 1) * length)), joined, member),
                run,
                new Partials(body, then));
    }

    /** Folds what came of the parts. */
    private record Partials(Step body, Run.Then then) implements Run.Then {

        @Override
        public void succeeded(Run run, Payload all) {
            body.start(run, Collections.singletonList(all), then);
        }

        @Override
        public void failed(Run run, TaskOutcome.Failure<?> failure) {
            then.failed(run, failure);
        }
    }
}
