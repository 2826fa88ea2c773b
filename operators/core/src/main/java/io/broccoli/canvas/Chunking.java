package io.broccoli.canvas;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.task.TaskOutcome;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/** A stream in pieces, each of which is one task. */
record Chunking<I, R>(
        Cluster cluster,
        DispatchOptions options,
        Function<Flux<? extends I>, Flux<? extends List<?>>> cut,
        PiecePlan<R> plan)
        implements Stage.Shape<I, List<R>> {

    @Override
    public Flux<TaskOutcome<List<R>>> outcomes(Flux<? extends I> source, LongAdder more) {
        return Flux.defer(() -> {
            // An outcome does not tell how long its piece was, but it comes in the order of the pieces. Where it does
            // not
            // (unordered), only pieces that were closed by time can be taken for one another. Holds no more than the
            // window W.
            Queue<Integer> sizes = new ConcurrentLinkedQueue<>();
            Flux<? extends List<?>> pieces = cut.apply(source).doOnNext(piece -> sizes.add(piece.size()));
            return cluster.dispatch(pieces, plan, options).doOnNext(outcome -> {
                int size = sizes.remove();
                if (outcome instanceof TaskOutcome.Failure) {
                    more.add(size - 1L);
                }
            });
        });
    }
}
