package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One element on its way through a {@link Sequence}. */
final class Progress implements Run.Then {

    private final Sequence sequence;
    private final Run.Then then;
    private final boolean several; // the last part may give several values
    private List<? extends @Nullable Object> flow;

    /** The first part that is under way, and behind the last: more than one where they travel as a row. */
    private int from;

    private int end;
    private int longestRow = Integer.MAX_VALUE;

    /** Parts that end at once (an empty group) are taken in a loop, so that a long chain needs no deep stack. */
    private boolean looping;

    private boolean again;

    Progress(Sequence sequence, List<? extends @Nullable Object> flow, Run.Then then, boolean several) {
        this.sequence = sequence;
        this.flow = flow;
        this.then = then;
        this.several = several;
    }

    void advance(Run run) {
        again = true;
        if (looping) {
            return;
        }
        looping = true;
        while (again) {
            again = false;
            end = sequence.rowEnd(from, longestRow, run);
            if (several && end == sequence.size()) {
                last(run);
            } else if (end - from > 1) {
                run.submit(sequence.row(from, end, flow), this);
            } else {
                sequence.part(from).step().start(run, flow, this);
            }
        }
        looping = false;
    }

    private void last(Run run) {
        if (end - from > 1) {
            run.stream(sequence.row(from, end, flow), this);
        } else {
            sequence.part(from).step().stream(run, flow, this);
        }
    }

    @Override
    public void succeeded(Run run, Payload value) {
        from = end;
        if (from == sequence.size()) {
            then.succeeded(run, value);
        } else {
            flow = Collections.singletonList(value);
            advance(run);
        }
    }

    @Override
    public void failed(Run run, TaskOutcome.Failure<?> failure) {
        int row = end - from;
        boolean divisible = row > 1 && !run.hasItems(); // values that came must not come twice
        if (divisible && failure.kind() == FailureKind.UNKNOWN_TASK) {
            longestRow = 1; // the node that had all of them is gone: each step to whoever has it
            advance(run);
        } else if (divisible && failure.kind() == FailureKind.TOO_LARGE) {
            longestRow = row / 2;
            advance(run);
        } else {
            then.failed(run, row > 1 ? inRow(failure) : placed(failure, from));
        }
    }

    /** A failure of a row: the node counted the step from the row's beginning, or it is not known which it was. */
    private TaskOutcome.Failure<?> inRow(TaskOutcome.Failure<?> failure) {
        int step = failure.step();
        if (step < 1 || step > end - from) {
            return failure;
        }
        String task = ((CallStep) sequence.part(from + step - 1).step()).task();
        return failure.of(task).atStep(sequence.part(from + step - 1).place());
    }

    /** The place in the innermost chain is named: it is the one that the failed task stands in. */
    private TaskOutcome.Failure<?> placed(TaskOutcome.Failure<?> failure, int part) {
        return failure.step() == 0 ? failure.atStep(sequence.part(part).place()) : failure;
    }
}
