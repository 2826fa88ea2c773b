package io.broccoli.internal.member;

import io.broccoli.internal.base.SerialExecutor;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import reactor.core.scheduler.Schedulers;

/** Two threads bring tasks to a serial executor: all run, what one wrote the next one sees, and things are settled at the end. */
@JCStressTest
@Outcome(id = "4, 0, 0", expect = Expect.ACCEPTABLE, desc = "all ran, and were settled")
@Outcome(expect = Expect.FORBIDDEN, desc = "a task was forgotten, ran beside another, or was not settled")
@State
public class ExecutorStress {

    private final SerialExecutor executor = new SerialExecutor(Schedulers.immediate(), this::settle);
    private int ran; // not volatile: the executor hands it on
    private int unsettled;
    private int inside;
    private int overlaps;

    private void task() {
        overlaps += inside;
        inside++;
        ran++;
        unsettled++;
        inside--;
    }

    private void settle() {
        unsettled = 0;
    }

    @Actor
    public void one() {
        executor.execute(this::task);
        executor.execute(this::task);
    }

    @Actor
    public void other() {
        executor.execute(this::task);
        executor.execute(this::task);
    }

    @Arbiter
    public void look(III_Result result) {
        result.r1 = ran;
        result.r2 = unsettled;
        result.r3 = overlaps;
    }
}
