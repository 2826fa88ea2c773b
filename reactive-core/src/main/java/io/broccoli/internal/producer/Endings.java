package io.broccoli.internal.producer;

import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.Choices;
import io.broccoli.internal.boundary.Failures;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Values;
import io.broccoli.internal.credit.CreditLedger;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Works out what became of errands: ends them, which their plans hear, or lets them wait for another link. */
final class Endings {

    private final Agenda agenda;
    private final Notes notes;
    private final Consumer<Link> numbersAreStale;
    private final Values values;
    private final Choices choices;
    private final SplittableRandom random;

    /**
     * @param notes what links tell
     * @param numbersAreStale hears of a link whose node does not know a number that it announced
     * @param seed of pauses
     */
    Endings(MemberContext context, Agenda agenda, Notes notes, Consumer<Link> numbersAreStale, long seed) {
        this.agenda = agenda;
        this.notes = notes;
        this.numbersAreStale = numbersAreStale;
        this.values = context.boundary().values();
        this.choices = context.boundary().choices();
        this.random = new SplittableRandom(seed);
    }

    // ---- what links tell

    /** Acts upon what links told since, in that order; to be called when a link is done with what it was at. */
    void hear() {
        for (Notes.Note next = notes.poll(); next != null; next = notes.poll()) {
            if (next instanceof Notes.Outcome outcome) {
                ended(outcome.errand(), outcome.status(), outcome.payload());
            } else if (next instanceof Notes.Item item) {
                item.errand().run.item(item.errand(), item.value());
            } else if (next instanceof Notes.Loss loss) {
                agenda.changed();
                lost(loss.errand(), node(loss.errand()), loss.mayHaveStarted());
            }
        }
    }

    private static String node(Errand errand) {
        Link link = errand.link();
        return link == null ? "" : link.name();
    }

    /** An errand was answered. */
    void ended(Errand errand, ResultStatus status, Payload payload) {
        String node = node(errand);
        agenda.changed();
        switch (status) {
            case SUCCESS -> succeed(errand, payload, node);
            case FAILURE, BAD_ARGUMENTS ->
                fail(errand, Failures.decode(values, payload, errand.task(), errand.attempt, node));
            case CANCELLED -> again(errand);
            case RETURNED -> returned(errand, node, payload);
            case END -> completed(errand, payload, node);
            case ABORTED -> lost(errand, node, true);
        }
    }

    private void returned(Errand errand, String node, Payload reason) {
        Link link = errand.link();
        if (CreditLedger.isReason(reason, Reason.RESULT_GONE)) {
            lost(errand, node, true);
        } else if (CreditLedger.isReason(reason, Reason.TOO_LARGE)) {
            String message = "The task is larger than node " + node + " takes, or it or its result is larger than a"
                    + " network between carries";
            fail(errand, failure(errand, FailureKind.TOO_LARGE, message).on(node, errand.attempt));
        } else if (CreditLedger.isReason(reason, Reason.EXPIRED)) {
            fail(errand, errand.run.owner.expired().on(node, errand.attempt));
        } else {
            if (link != null && CreditLedger.isReason(reason, Reason.UNKNOWN_FUNCTION)) {
                numbersAreStale.accept(link);
            }
            again(errand);
        }
    }

    private void lost(Errand errand, String node, boolean mayHaveStarted) {
        if (!mayHaveStarted) {
            again(errand);
            return;
        }
        if (leftToTwin(errand)) {
            return;
        }
        DispatchOptions options = errand.run.owner.options();
        boolean once = options.delivery() == Delivery.AT_MOST_ONCE;
        if (errand.run.hasItems() && (once || !errand.replays)) {
            String why = once ? "it is not run again" : "it is not replayable";
            cutOff(errand, "from node " + node + " in attempt " + errand.attempt + ", and " + why, node);
        } else if (once) {
            String message = "The node was lost with the task on it: it may have run, and is not run again";
            end(errand, failure(errand, FailureKind.OUTCOME_UNKNOWN, message).on(node, errand.attempt));
        } else if (++errand.losses >= options.attempts()) {
            String message = "The node was lost with the task on it, in each of " + errand.losses + " attempts";
            end(errand, failure(errand, FailureKind.NODE_LOST, message).on(node, errand.attempt));
        } else {
            errand.attempt++;
            again(errand);
        }
    }

    private static void again(Errand errand) {
        if (!leftToTwin(errand)) {
            errand.run.owner.again(errand);
        }
    }

    private static boolean leftToTwin(Errand errand) {
        if (errand.part() == null) {
            return false;
        }
        errand.run.over(errand);
        return true;
    }

    // ---- ends

    private void succeed(Errand errand, Payload value, String node) {
        if (errand.run.hasItems() && errand.items != null) {
            cutOff(errand, "before, and then it was one value", node);
            return;
        }
        errand.run.owner.succeeded(errand);
        Errand twin = errand.part();
        if (twin != null) {
            twin.run.over(twin);
        }
        errand.run.over(errand);
        choices.succeeded(errand.then, errand.run, value);
    }

    private void completed(Errand errand, Payload count, String node) {
        if (errand.items == null) {
            lost(errand, node, true); // an end of what was never asked for
        } else if (count.equals(values.encodePlain(errand.items.received()))) {
            errand.run.over(errand);
            choices.completed(errand.then, errand.run);
        } else {
            cutOff(errand, "before, and then it had another length", node);
        }
    }

    /** Ends a stream of items that cannot go on where it was cut off. */
    void cutOff(Errand errand, String where, String node) {
        long received = errand.items == null ? 0 : errand.items.received();
        String message = "The stream was cut off: " + received + (received == 1 ? " item was" : " items were")
                + " received " + where;
        end(errand, failure(errand, FailureKind.PARTIAL_RESULT, message).on(node, errand.attempt));
    }

    /** Ends the errand with a failure, unless its copy may still succeed, or it is worth another try. */
    void fail(Errand errand, TaskOutcome.Failure<?> failure) {
        if (leftToTwin(errand)) {
            return;
        }
        RetryPolicy retry = errand.run.owner.options().retry();
        boolean repeatable = failure.kind() != FailureKind.BAD_ARGUMENTS // they would be as bad again
                && (!errand.run.hasItems() || errand.replays);
        if (!repeatable || errand.retries >= retry.retries()) {
            end(errand, failure);
            return;
        }
        boolean worthwhile;
        TaskOutcome.Failure<?> told = failure;
        try {
            worthwhile = choices.isWorthwhile(retry, failure);
        } catch (ForeignFailure broken) {
            worthwhile = false;
            told = withTheOther(failure, broken);
        }
        if (errand.hasEnded()) {
            return; // by who was asked
        }
        if (worthwhile) {
            errand.attempt++;
            errand.lastFailure = failure;
            errand.run.owner.sleep(errand, retry.pauseNanos(++errand.retries, random));
        } else {
            end(errand, told);
        }
    }

    /** A failure of which it cannot be told whether it is worth another try. */
    private static TaskOutcome.Failure<?> withTheOther(TaskOutcome.Failure<?> failure, ForeignFailure broken) {
        String message = failure.message() + "; and it is not tried again: " + broken.message();
        String trace = failure.trace().isEmpty() ? broken.trace() : failure.trace() + "\n" + broken.trace();
        return new TaskOutcome.Failure<>(
                failure.kind(),
                message,
                failure.type(),
                failure.task(),
                failure.node(),
                failure.step(),
                failure.attempt(),
                trace,
                failure.arguments());
    }

    /** It cannot be written: no other try would be better. */
    void unsendable(Errand errand, TaskOutcome.Failure<?> failure) {
        if (!leftToTwin(errand)) {
            end(errand, failure);
        }
    }

    /** Ends the errand with a failure. */
    void end(Errand errand, TaskOutcome.Failure<?> failure) {
        errand.run.over(errand);
        choices.failed(errand.then, errand.run, told(errand, failure));
    }

    private static TaskOutcome.Failure<Object> failure(Errand errand, FailureKind kind, String message) {
        return TaskOutcome.Failure.of(kind, message, errand.task());
    }

    /** The failure with the arguments of its task, if there is one. */
    TaskOutcome.Failure<?> told(@Nullable Errand errand, TaskOutcome.Failure<?> failure) {
        return errand != null && failure.arguments().isEmpty()
                ? failure.withArguments(values.told(errand.arguments()))
                : failure;
    }
}
