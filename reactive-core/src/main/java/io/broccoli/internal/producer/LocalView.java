package io.broccoli.internal.producer;

import io.broccoli.internal.view.Fault;
import io.broccoli.internal.view.ViewFunctions;
import io.broccoli.internal.view.ViewProgram;
import io.broccoli.internal.view.ViewRun;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A view that runs here, since its node runs none. Belongs to the executor. */
final class LocalView {

    private static final long MARK_READINGS = 1024;
    private static final long MARK_MILLIS = 5_000;

    /** None: the functions of a node are there only. */
    private static final ViewFunctions NONE = new ViewFunctions() {
        @Override
        public void check(String function, int arguments) throws Fault {
            throw new Fault("the node runs no views, so that its function " + function
                    + " cannot be called; give it a newer version, or use expressions only");
        }

        @Override
        public @Nullable Object call(String function, @Nullable Object... arguments) throws Fault {
            check(function, arguments.length);
            return null;
        }
    };

    private final ViewProgram program;
    private final Queue<ViewRun.Result> waiting =
            new ArrayDeque<>(); // one at most: two come only of a reading behind one that gave none
    private ViewRun run;
    private long epoch;
    private long readings; // of which nothing passed
    private long markedTime;
    private long passed; // the last reading of the newest result

    LocalView(ViewProgram program) {
        this.program = program;
        this.run = new ViewRun(program, () -> NONE);
    }

    /** @throws Fault if the view names functions */
    static void check(ViewProgram program) throws Fault {
        program.check(NONE);
    }

    /**
     * Takes a reading; a new epoch begins anew.
     *
     * @return what it gives, or what one before it gave; a mark if nothing was given for long; null for nothing
     */
    ViewRun.@Nullable Result take(long life, ViewRun.Reading reading) throws Fault {
        if (life != epoch) {
            epoch = life;
            run = new ViewRun(program, () -> NONE);
            waiting.clear();
            readings = 0;
            passed = 0;
        }
        if (readings++ == 0) {
            markedTime = reading.time();
        }
        waiting.addAll(run.take(reading));
        ViewRun.Result next = waiting.poll();
        if (next != null) {
            readings = 0;
            passed = next.sequence();
            return next;
        }
        if (readings >= MARK_READINGS || reading.time() - markedTime >= MARK_MILLIS) {
            readings = 0;
            return new ViewRun.Result(passed, 0, 0, reading.time(), reading.timeError(), null);
        }
        return null;
    }
}
