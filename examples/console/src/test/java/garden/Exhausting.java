package garden;

import io.broccoli.task.Param;
import io.broccoli.task.TaskMethod;

/** A module whose tasks give the JVM what it cannot stand. */
public final class Exhausting {

    /** An error that no allocation caused: the JVM itself does not see it. */
    @TaskMethod
    public int exhaustByHand(@Param("x") int x) {
        throw new OutOfMemoryError("by hand");
    }

    /** More than any heap has. */
    @TaskMethod
    public int exhaust(@Param("x") int x) {
        long[][] all = new long[1_000][];
        for (int i = 0; i < all.length; i++) {
            all[i] = new long[Integer.MAX_VALUE - 8];
        }
        return all.length + x;
    }
}
