package garden;

import io.broccoli.task.Param;
import io.broccoli.task.TaskMethod;

/** A module for nodes of the JVM, outside of what a module shares with its node. */
public final class GrowByOne {

    @TaskMethod
    public int grow(@Param("x") int x) {
        return x + 1;
    }
}
