package io.broccoli.canvas;

import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.window.WindowPart;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** A piece of a window that is open: it is folded to one value. A window that fired waits for its turn behind its pieces. */
record EventPiecePlan(Step body, Type resultType) implements Plan<WindowPart<?>, Object> {

    @Override
    public void begin(WindowPart<?> part, Run run) {
        if (part instanceof WindowPart.Piece<?> piece) {
            Fold.start(body, CanvasPlan.plain(piece.elements()), run, CanvasPlan.END);
        } else {
            run.succeedWith(part);
        }
    }

    /** What a router sees: the first element. */
    static @Nullable Object firstElement(@Nullable Object part) {
        return part instanceof WindowPart.Piece<?> piece ? Args.firstOfList(piece.elements()) : null;
    }
}
