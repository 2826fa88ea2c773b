package io.broccoli.canvas;

import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.task.Signature;
import io.broccoli.task.TaskOutcome;
import io.broccoli.window.WindowPart;
import io.broccoli.window.WindowResult;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A window over event time that is folded by an associative body: pieces of it at once, then what came of the pieces, in order.
 * Its elements may stand beside pieces that were folded while it was open; one that failed is the window's failure.
 */
record EventReducePlan<K extends @Nullable Object, R>(Step body, Type resultType)
        implements Plan<WindowResult<?, ? extends List<?>>, WindowResult<K, R>> {

    static <K extends @Nullable Object, R> EventReducePlan<K, R> of(Signature<R> body) {
        return new EventReducePlan<>(SignatureReader.read(body), body.type());
    }

    @Override
    public void begin(WindowResult<?, ? extends List<?>> window, Run run) {
        List<@Nullable Object> values = new ArrayList<>(window.value().size());
        boolean folded = false;
        for (Object each : window.value()) {
            Object kept = each instanceof WindowPart.Piece<?> piece ? piece.folded() : each;
            if (kept == each) {
                values.add(each);
            } else if (kept instanceof TaskOutcome.Success<?> success) {
                values.add(success.value());
                folded = true;
            } else if (kept instanceof TaskOutcome.Failure<?> failure) {
                run.fail(failure);
                return;
            }
        }
        EventChordPlan.WindowEnd end = new EventChordPlan.WindowEnd(window);
        if (folded && values.size() == 1) {
            end.succeeded(run, run.encode(values.get(0)));
        } else {
            fold(CanvasPlan.plain(values), run, end);
        }
    }

    /** What a router sees: the first element, or what came of the first piece. */
    static @Nullable Object firstValue(@Nullable Object window) {
        List<?> values = window instanceof WindowResult<?, ?> result && result.value() instanceof List<?> list
                ? list
                : List.of();
        return !values.isEmpty()
                        && values.get(0) instanceof WindowPart.Piece<?> piece
                        && piece.folded() instanceof TaskOutcome.Success<?> success
                ? success.value()
                : Args.firstOfList(values);
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
