package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.spi.UnencodableException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/**
 * One element at the members of a group: they run at once, and their results are joined in the order of the members. The first
 * failure to arrive is the group's, and ends the element.
 */
final class Join {

    /** Most members of one group under way: a map of a million items must not put a million tasks in line. */
    static final int MOST_AT_ONCE = 1024;

    private final int size;
    private final Members members;
    private final BiFunction<Run, List<Payload>, Payload> assembly;
    private final Run.Then then;
    private final Payload[] results;
    private int started;
    private int succeeded;
    private boolean looping;
    private boolean failed;

    /** What is joined. */
    @FunctionalInterface
    interface Members {
        void start(int index, Run run, Run.Then then);
    }

    private Join(int size, Members members, BiFunction<Run, List<Payload>, Payload> assembly, Run.Then then) {
        this.size = size;
        this.members = members;
        this.assembly = assembly;
        this.then = then;
        this.results = new Payload[size];
        Arrays.fill(results, Payload.EMPTY);
    }

    /** Joins results to a list of them. */
    static void list(int size, Members members, Run run, Run.Then then) {
        start(size, members, Run::encode, run, then);
    }

    static void start(
            int size, Members members, BiFunction<Run, List<Payload>, Payload> assembly, Run run, Run.Then then) {
        new Join(size, members, assembly, then).advance(run);
    }

    /** Starts as many as may be under way; members that end at once are taken in the loop, not on a deeper stack. */
    private void advance(Run run) {
        if (looping) {
            return;
        }
        looping = true;
        while (!failed && started < size && started - succeeded < MOST_AT_ONCE) {
            int index = started++;
            members.start(index, run, new Member(index));
        }
        looping = false;
        if (succeeded == size) {
            finish(run);
        }
    }

    private void finish(Run run) {
        Payload all;
        try {
            all = assembly.apply(run, Arrays.asList(results));
        } catch (UnencodableException deep) {
            then.failed(run, TaskOutcome.Failure.of(FailureKind.UNENCODABLE, String.valueOf(deep.getMessage()), ""));
            return;
        } catch (IllegalStateException noList) {
            then.failed(run, TaskOutcome.Failure.of(FailureKind.CONVERSION, String.valueOf(noList.getMessage()), ""));
            return;
        }
        then.succeeded(run, all);
    }

    private final class Member implements Run.Then {

        private final int index;

        Member(int index) {
            this.index = index;
        }

        @Override
        public void succeeded(Run run, Payload value) {
            results[index] = value;
            succeeded++;
            advance(run);
        }

        @Override
        public void failed(Run run, TaskOutcome.Failure<?> failure) {
            failed = true;
            then.failed(run, failure);
        }
    }
}
