package io.broccoli.dispatch;

import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.credit.CreditLink;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.spi.UnencodableException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Sends errands out and hears what became of them: ends them, or lets them wait for another link. */
final class Errands implements CreditLink.Events<Errand> {

    private final Dispatcher dispatcher;
    private final Links links;
    private final Wire wire;
    private final SplittableRandom random;
    private long launched;

    Errands(Dispatcher dispatcher, Links links, Wire wire, long seed) {
        this.dispatcher = dispatcher;
        this.links = links;
        this.wire = wire;
        this.random = new SplittableRandom(seed);
    }

    /** How many were sent, each time that one was. */
    long launched() {
        return launched;
    }

    /**
     * Sends an errand by a link that has credit.
     *
     * @return false if it cannot be sent at all: then it ended
     */
    boolean launch(Errand errand, Link link, long now) {
        if (errand.items != null) {
            errand.replays = link.replays(errand.work.tasks());
            if (errand.run.hasItems() && !errand.replays) {
                cutOff(errand, "before, and node " + link.name() + " does not replay the task", link.name());
                return false;
            }
            errand.items.restart();
        }
        Payload body = body(errand, link, now);
        if (body == null) {
            return false;
        }
        errand.link = link;
        errand.sentAt = now;
        errand.seq = link.credit.launch(errand, body, errand.items, now);
        if (errand.id == 0) {
            errand.id = link.credit.idOf(errand.seq);
        }
        errand.run.stream.sent(errand);
        launched++;
        return true;
    }

    /** @return null if it cannot be sent at all: then it ended */
    @Nullable Payload body(Errand errand, Link link, long now) {
        Payload body;
        try {
            body = dispatcher.payloads().encodeBody(Bodies.of(errand, link, now));
        } catch (UnencodableException failed) {
            end(errand, failure(errand, FailureKind.UNENCODABLE, String.valueOf(failed.getMessage())));
            return null;
        }
        int most = Math.min(link.node().maxTask(), wire.room(link.node().maxFrame()) - wire.entryBytes());
        if (body.length() > most) {
            String message =
                    "The task takes " + body.length() + " bytes, node " + link.name() + " takes at most " + most;
            fail(errand, failure(errand, FailureKind.TOO_LARGE, message).on(link.name(), errand.attempt));
            return null;
        }
        return body;
    }

    private static TaskOutcome.Failure<Object> failure(Errand errand, FailureKind kind, String message) {
        return TaskOutcome.Failure.of(kind, message, errand.task());
    }

    // ---- ends

    private void succeed(Errand errand, Payload value, String node) {
        if (errand.run.hasItems() && errand.items != null) {
            cutOff(errand, "before, and then it was one value", node);
            return;
        }
        DispatchStream<?, ?> stream = errand.run.stream;
        stream.succeeded(errand);
        Errand twin = errand.part();
        if (twin != null) {
            links.voidErrand(twin);
            stream.backlog().over(twin);
        }
        stream.backlog().over(errand);
        try {
            errand.then.succeeded(errand.run, value);
        } catch (RuntimeException thrown) {
            errand.run.guarded(() -> {
                throw thrown;
            });
        }
    }

    /** Ends the errand with a failure, unless its copy may still succeed, or it is worth another try. */
    private void fail(Errand errand, TaskOutcome.Failure<?> failure) {
        if (leftToTwin(errand)) {
            return;
        }
        DispatchStream<?, ?> stream = errand.run.stream;
        RetryPolicy retry = stream.options().retry();
        boolean repeatable = !errand.run.hasItems() || errand.replays;
        if (repeatable && errand.retries < retry.retries() && retry.worthwhile().test(failure)) {
            errand.attempt++;
            errand.lastFailure = failure;
            stream.backlog().sleep(errand, retry.pauseNanos(++errand.retries, random));
        } else {
            end(errand, failure);
        }
    }

    /** Ends the errand with a failure. */
    void end(Errand errand, TaskOutcome.Failure<?> failure) {
        errand.run.stream.backlog().over(errand);
        TaskOutcome.Failure<?> told = told(errand, failure);
        errand.run.guarded(() -> errand.then.failed(errand.run, told));
    }

    /** The failure with the arguments of its task. */
    TaskOutcome.Failure<?> told(Errand errand, TaskOutcome.Failure<?> failure) {
        return failure.arguments().isEmpty() ? failure.withArguments(plain(errand)) : failure;
    }

    /** Arguments as their user knows them: what an earlier step gave is decoded. */
    private List<@Nullable Object> plain(Errand errand) {
        List<@Nullable Object> plain = new ArrayList<>();
        for (Object argument : errand.arguments()) {
            try {
                plain.add(
                        argument instanceof Payload payload
                                ? dispatcher.payloads().decode(payload, Object.class)
                                : argument);
            } catch (RuntimeException unreadable) {
                plain.add("(cannot be read: " + unreadable.getMessage() + ")");
            }
        }
        return plain;
    }

    // ---- items

    @Override
    public void item(Errand errand, Payload value) {
        errand.run.item(errand, value);
    }

    private void completed(Errand errand, Payload count, String node) {
        if (errand.items == null) {
            lost(errand, node, true); // an end of what was never asked for
        } else if (count.equals(dispatcher.payloads().encode(errand.items.received()))) {
            errand.run.stream.backlog().over(errand);
            errand.then.completed(errand.run);
        } else {
            cutOff(errand, "before, and then it had another length", node);
        }
    }

    /** Ends a stream of items that cannot go on where it was cut off. */
    private void cutOff(Errand errand, String where, String node) {
        long received = errand.items == null ? 0 : errand.items.received();
        String message = "The stream was cut off: " + received + (received == 1 ? " item was" : " items were")
                + " received " + where;
        end(errand, failure(errand, FailureKind.PARTIAL_RESULT, message).on(node, errand.attempt));
    }

    private static boolean leftToTwin(Errand errand) {
        if (errand.part() == null) {
            return false;
        }
        errand.run.stream.backlog().over(errand);
        return true;
    }

    private static void requeue(Errand errand) {
        if (!leftToTwin(errand)) {
            errand.run.stream.backlog().enter(errand);
        }
    }

    // ---- what links tell

    @Override
    public void outcome(Errand errand, ResultStatus status, Payload payload) {
        Link link = errand.link;
        String node = link == null ? "" : link.name();
        errand.link = null;
        dispatcher.changed();
        switch (status) {
            case SUCCESS -> succeed(errand, payload, node);
            case FAILURE, BAD_ARGUMENTS -> fail(errand, Failures.decode(dispatcher.payloads(), payload, errand, node));
            case CANCELLED -> requeue(errand);
            case RETURNED -> returned(errand, link, payload);
            case END -> completed(errand, payload, node);
            case ABORTED -> lost(errand, node, true);
        }
    }

    private void returned(Errand errand, @Nullable Link link, Payload reason) {
        String node = link == null ? "" : link.name();
        if (CreditLink.isReason(reason, Reason.RESULT_GONE)) {
            lost(errand, node, true);
        } else if (CreditLink.isReason(reason, Reason.TOO_LARGE)) {
            String message = "The task is larger than node " + node + " takes";
            fail(errand, failure(errand, FailureKind.TOO_LARGE, message).on(node, errand.attempt));
        } else if (CreditLink.isReason(reason, Reason.EXPIRED)) {
            fail(errand, errand.run.stream.expired().on(node, errand.attempt));
        } else {
            if (link != null && CreditLink.isReason(reason, Reason.UNKNOWN_FUNCTION)) {
                links.suspend(link);
            }
            requeue(errand);
        }
    }

    @Override
    public void lost(Errand errand, boolean mayHaveStarted) {
        String node = errand.link == null ? "" : errand.link.name();
        errand.link = null;
        dispatcher.changed();
        lost(errand, node, mayHaveStarted);
    }

    private void lost(Errand errand, String node, boolean mayHaveStarted) {
        if (!mayHaveStarted) {
            requeue(errand);
            return;
        }
        if (leftToTwin(errand)) {
            return;
        }
        DispatchOptions options = errand.run.stream.options();
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
            requeue(errand);
        }
    }
}
