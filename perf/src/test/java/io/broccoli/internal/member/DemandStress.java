package io.broccoli.internal.member;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads ask a stream for an outcome each: both come, and no more. */
@JCStressTest
@Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "both came")
@Outcome(expect = Expect.FORBIDDEN, desc = "demand was forgotten, or counted twice, or outcomes came at once")
@State
public class DemandStress {

    private final LoneStream stream = new LoneStream();

    @Actor
    public void one() {
        stream.request(1);
    }

    @Actor
    public void other() {
        stream.request(1);
    }

    @Arbiter
    public void look(II_Result result) {
        result.r1 = stream.emitted;
        result.r2 = stream.overlaps;
    }
}
