package io.broccoli.canvas;

import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.task.Signature;
import java.lang.reflect.Type;
import java.util.List;

/** What a piece of a window does on the cluster: it is folded to one partial result. */
record FoldPlan<R>(Step body, Type resultType) implements Plan<List<?>, R> {

    static <R> FoldPlan<R> of(Signature<R> body) {
        return new FoldPlan<>(SignatureReader.read(body), body.type());
    }

    @Override
    public void begin(List<?> piece, Run run) {
        Fold.start(body, CanvasPlan.plain(piece), run, CanvasPlan.END);
    }
}
