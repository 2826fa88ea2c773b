package io.broccoli.dispatch;

import io.broccoli.frame.Payload;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import reactor.core.scheduler.Schedulers;

/** Two threads bring a job each, where there is one worker: none is forgotten, and they run one after the other. */
@JCStressTest
@Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "both ran, one after the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "a job was forgotten, or two ran at once")
@State
public class WorkersStress {

    private final Workers workers = new Workers(1, Schedulers.immediate(), this::run);
    private int ran; // by one at a time: that is what is tested
    private int inside;
    private int overlaps;

    private boolean run(Job job, Consumer<BooleanSupplier> worker) {
        overlaps += inside;
        inside++;
        ran++;
        inside--;
        return true;
    }

    private void bring() {
        workers.offer(job());
        workers.wake(1);
    }

    @SuppressWarnings("NullAway") // a job that is never answered needs neither ledger nor account
    static Job job() {
        return new Job(null, null, 1, 1, Payload.EMPTY, 0);
    }

    @Actor
    public void one() {
        bring();
    }

    @Actor
    public void other() {
        bring();
    }

    @Arbiter
    public void look(II_Result result) {
        result.r1 = ran;
        result.r2 = overlaps;
    }
}
