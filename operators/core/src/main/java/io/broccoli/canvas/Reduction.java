package io.broccoli.canvas;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.task.TaskOutcome;
import io.broccoli.window.Window;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;

/**
 * Windows that are folded by an associative body: first pieces of a window, as they come, then what came of the pieces, in
 * order. So a window of 65,536 elements is never more than 256 elements or 256 partial results at the caller.
 *
 * @param ordered for pieces, whose order is that of the fold
 * @param options for windows
 */
record Reduction<R>(
        Cluster cluster, DispatchOptions ordered, DispatchOptions options, Window.Arrival window, FoldPlan<R> pieces) {

    /** Most elements of a piece, and most pieces of a window. */
    static final int FOLD = 256;

    /** A piece of a window of time waits for the tenth part of it: that late may an element be for its window. */
    private static final int SLICES = 10;

    Flux<TaskOutcome<R>> outcomes(Flux<?> source) {
        if (window.count() <= FOLD) {
            return cluster.dispatch(Cuts.cut(window, source), pieces, ordered.withOrdered(options.ordered()));
        }
        Plan<List<TaskOutcome<R>>, R> last = new LastFoldPlan<>(pieces.body(), pieces.resultType());
        int fullPieces = (window.count() + FOLD - 1) / FOLD;
        Duration time = window.time();
        if (time == null) {
            Flux<? extends List<?>> cut = Flux.defer(() -> source.bufferUntil(pieceEnds()));
            return cluster.dispatch(cluster.dispatch(cut, pieces, ordered).buffer(fullPieces), last, options);
        }
        Duration slice = time.dividedBy(SLICES);
        Flux<? extends List<?>> cut = source.bufferTimeout(FOLD, slice.isZero() ? time : slice, true);
        // In each slice one piece may be not full.
        Flux<List<TaskOutcome<R>>> windows =
                cluster.dispatch(cut, pieces, ordered).bufferTimeout(fullPieces + SLICES + 1, time, true);
        return cluster.dispatch(windows, last, options);
    }

    /** Says of each element whether it is the last of a piece; pieces end where windows end. For one subscriber. */
    private Predicate<Object> pieceEnds() {
        return new Predicate<>() {
            private int inWindow;

            @Override
            public boolean test(Object element) {
                inWindow++;
                if (inWindow == window.count()) {
                    inWindow = 0;
                    return true;
                }
                return inWindow % FOLD == 0;
            }
        };
    }
}
