package io.broccoli.internal.member;

import io.broccoli.internal.node.NodeTask;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A worker takes a job while it is withdrawn: it starts, or it is withdrawn. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "started")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "withdrawn")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
@State
public class NodeTaskStress {

    private final NodeTask job = WorkersStress.job();

    @Actor
    public void worker(ZZ_Result result) {
        result.r1 = job.start();
    }

    @Actor
    public void executor(ZZ_Result result) {
        result.r2 = job.withdraw();
    }
}
