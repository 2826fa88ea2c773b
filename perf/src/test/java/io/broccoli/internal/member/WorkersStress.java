package io.broccoli.internal.member;

import io.broccoli.frame.Payload;
import io.broccoli.internal.credit.StressAccount;
import io.broccoli.internal.node.NodeTask;
import io.broccoli.internal.node.WorkerLease;
import io.broccoli.internal.node.Workers;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import reactor.core.scheduler.Schedulers;

/**
 * The executor brings a job, and another thread what a job that has begun does next, where there is one worker: neither is forgotten,
 * and they run one after the other.
 */
@JCStressTest
@Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "both ran, one after the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "one was forgotten, or two ran at once")
@State
public class WorkersStress {

    private final Workers workers = new Workers(1, Schedulers.immediate(), false, (task, lease) -> run(lease));
    private final NodeTask job = job();
    private int ran; // by one at a time: that is what is tested
    private int inside;
    private int overlaps;

    private void run(WorkerLease lease) {
        overlaps += inside;
        inside++;
        ran++;
        inside--;
        lease.release();
    }

    @SuppressWarnings("NullAway") // a job that is never answered needs no ledger
    static NodeTask job() {
        return new NodeTask(null, StressAccount.open(), 1, 1, Payload.EMPTY, 0);
    }

    @Actor
    public void executor() {
        workers.offer(job);
        workers.wake(1);
    }

    @Actor
    public void any() {
        workers.resume(this::run);
    }

    @Arbiter
    public void look(II_Result result) {
        result.r1 = ran;
        result.r2 = overlaps;
    }
}
