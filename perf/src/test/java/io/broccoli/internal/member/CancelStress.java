package io.broccoli.internal.member;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/** A stream is cancelled while it is asked for all: what comes is in a row, and its end is silent for ever. */
@JCStressTest
@Outcome(
        id = {"0, 0, true", "1, 0, true", "2, 0, true", "3, 0, true"},
        expect = Expect.ACCEPTABLE,
        desc = "cancelled, at some place")
@Outcome(expect = Expect.FORBIDDEN, desc = "an outcome came after the end, or the source was not cancelled")
@State
public class CancelStress {

    private final LoneStream stream = new LoneStream();

    @Actor
    public void asks() {
        stream.request(3);
    }

    @Actor
    public void cancels() {
        stream.cancel();
    }

    @Arbiter
    public void look(IIZ_Result result) {
        int before = stream.emitted;
        stream.request(3);
        result.r1 = before;
        result.r2 = stream.emitted - before + stream.overlaps;
        result.r3 = stream.sourceCancelled;
    }
}
