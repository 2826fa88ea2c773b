package garden;

import io.broccoli.task.Param;
import io.broccoli.task.TaskMethod;

/** The newer version of {@link GrowByOne}. */
public final class GrowByAMillion {

    @TaskMethod
    public int grow(@Param("x") int x) {
        return x + 1_000_000;
    }
}
