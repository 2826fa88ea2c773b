package io.broccoli.canvas;

import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import java.lang.reflect.Type;
import java.util.List;

/** What a piece of a stream does on the cluster: it is one task with many items. */
record PiecePlan<R>(String task, Type resultType) implements Plan<List<?>, List<R>> {

    static <R> PiecePlan<R> of(Task<R> task) {
        return new PiecePlan<>(task.name(), new Signature.Each<>(task, List.of(), false).type());
    }

    @Override
    public void begin(List<?> piece, Run run) {
        boolean spread = piece.stream().anyMatch(Args.class::isInstance);
        List<?> items = spread ? piece.stream().map(Args::flow).toList() : piece;
        Piece.start(task, items, spread, run, CanvasPlan.END);
    }
}
