package io.broccoli.canvas;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.task.TaskOutcome;
import io.broccoli.window.WindowPart;
import io.broccoli.window.WindowResult;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * Windows over event time that are folded as their elements come: first pieces, while the windows are open, then what came of
 * the pieces of a window that fired.
 *
 * @param ordered for pieces, and for windows behind them: outcomes come in the order of the parts
 * @param options for windows
 */
record EventReduction<K extends @Nullable Object, R>(
        Cluster cluster, DispatchOptions ordered, DispatchOptions options, EventReducePlan<K, R> plan) {

    Flux<TaskOutcome<WindowResult<K, R>>> outcomes(Flux<? extends WindowPart<?>> parts) {
        return Flux.defer(() -> {
            Queue<WindowPart<?>> underWay = new ConcurrentLinkedQueue<>(); // bounded by the window of the dispatch
            EventPiecePlan pieces = new EventPiecePlan(plan.body(), plan.resultType());
            Flux<WindowResult<?, ? extends List<?>>> windows = cluster.dispatch(
                            parts.doOnNext(underWay::add), pieces, ordered)
                    .handle((outcome, out) -> keep(underWay.remove(), outcome, out));
            return cluster.dispatch(windows, plan, options);
        });
    }

    private static void keep(
            WindowPart<?> part, TaskOutcome<Object> outcome, SynchronousSink<WindowResult<?, ? extends List<?>>> out) {
        if (part instanceof WindowPart.Piece<?> piece) {
            piece.fold(outcome);
        } else if (part instanceof WindowPart.Fired<?> fired) {
            out.next(fired.window());
        }
    }
}
