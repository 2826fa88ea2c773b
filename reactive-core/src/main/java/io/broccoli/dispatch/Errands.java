package io.broccoli.dispatch;

import io.broccoli.credit.CreditLink;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.spi.UnencodableException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import org.jspecify.annotations.Nullable;

/** Sends errands out and hears what became of them: ends them, or lets them wait for another link. */
final class Errands implements CreditLink.Events<Errand> {

    private final Dispatcher dispatcher;
    private final Links links;
    private final Wire wire;
    private long launched;

    Errands(Dispatcher dispatcher, Links links, Wire wire) {
        this.dispatcher = dispatcher;
        this.links = links;
        this.wire = wire;
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
            if (errand.items.received() > 0 && !link.replays(errand.work.tasks())) {
                partial(errand, "before, and node " + link.name() + " does not replay the task", link.name());
                return false;
            }
            errand.items.restart();
        }
        Payload body;
        try {
            body = dispatcher.payloads().encodeBody(Bodies.of(errand, link));
        } catch (UnencodableException failed) {
            errand.run.remove(errand);
            then(
                    errand,
                    TaskOutcome.Failure.of(
                            FailureKind.UNENCODABLE, String.valueOf(failed.getMessage()), errand.task()));
            return false;
        }
        int most = Math.min(link.node().maxTask(), wire.room(link.node().maxFrame()) - wire.entryBytes());
        if (body.length() > most) {
            fail(
                    errand,
                    FailureKind.TOO_LARGE,
                    "The task takes " + body.length() + " bytes, node " + link.name() + " takes at most " + most,
                    link);
            return false;
        }
        errand.link = link;
        errand.seq = link.credit.launch(errand, body, errand.items, now);
        if (errand.id == 0) {
            errand.id = link.credit.idOf(errand.seq);
        }
        launched++;
        return true;
    }

    private void fail(Errand errand, FailureKind kind, String message, Link link) {
        errand.run.remove(errand);
        then(errand, new TaskOutcome.Failure<>(kind, message, errand.task(), link.name(), 0, errand.attempt, ""));
    }

    /** A stream that cannot go on where it was cut off. */
    private static void partial(Errand errand, String where, String node) {
        errand.run.remove(errand);
        long received = errand.items == null ? 0 : errand.items.received();
        String message = "The stream was cut off: " + received + (received == 1 ? " item was" : " items were")
                + " received " + where;
        then(
                errand,
                new TaskOutcome.Failure<>(
                        FailureKind.PARTIAL_RESULT, message, errand.task(), node, 0, errand.attempt, ""));
    }

    private static void then(Errand errand, TaskOutcome.Failure<?> failure) {
        errand.run.guarded(() -> errand.then.failed(errand.run, failure));
    }

    @Override
    public void outcome(Errand errand, ResultStatus status, Payload payload) {
        Link link = errand.link;
        errand.link = null;
        dispatcher.changed();
        switch (status) {
            case SUCCESS -> {
                if (errand.run.hasItems() && errand.items != null) {
                    partial(errand, "before, and then one value came", link == null ? "" : link.name());
                    return;
                }
                errand.run.remove(errand);
                try {
                    errand.then.succeeded(errand.run, payload);
                } catch (RuntimeException thrown) {
                    errand.run.guarded(() -> {
                        throw thrown;
                    });
                }
            }
            case FAILURE, BAD_ARGUMENTS -> {
                errand.run.remove(errand);
                then(errand, Failures.decode(dispatcher.payloads(), payload, errand, link == null ? "" : link.name()));
            }
            case CANCELLED -> errand.run.stream.requeue(errand);
            case RETURNED -> returned(errand, link, payload);
            case END -> ended(errand, payload, link);
            case ABORTED -> lost(errand, link, true);
        }
    }

    @Override
    public void item(Errand errand, Payload value) {
        errand.run.item(value);
    }

    private void ended(Errand errand, Payload count, @Nullable Link link) {
        if (errand.items == null) {
            lost(errand, link, true); // an end of what was never asked for
        } else if (count.equals(dispatcher.payloads().encode(errand.items.received()))) {
            errand.run.remove(errand);
            errand.run.complete();
        } else {
            partial(errand, "before, and then it had another length", link == null ? "" : link.name());
        }
    }

    private void returned(Errand errand, @Nullable Link link, Payload reason) {
        if (CreditLink.isReason(reason, Reason.RESULT_GONE)) {
            lost(errand, link, true);
            return;
        }
        if (link != null && CreditLink.isReason(reason, Reason.TOO_LARGE)) {
            fail(errand, FailureKind.TOO_LARGE, "The task is larger than node " + link.name() + " takes", link);
            return;
        }
        if (link != null && CreditLink.isReason(reason, Reason.UNKNOWN_FUNCTION)) {
            links.suspend(link);
        }
        errand.run.stream.requeue(errand);
    }

    @Override
    public void lost(Errand errand, boolean mayHaveStarted) {
        Link link = errand.link;
        errand.link = null;
        dispatcher.changed();
        lost(errand, link, mayHaveStarted);
    }

    private void lost(Errand errand, @Nullable Link link, boolean mayHaveStarted) {
        String node = link == null ? "" : link.name();
        if (link != null && errand.run.hasItems() && !link.replays(errand.work.tasks())) {
            partial(errand, "from node " + node + " in attempt " + errand.attempt + ", and it is not replayable", node);
            return;
        }
        if (mayHaveStarted && errand.attempt >= errand.run.stream.attempts()) {
            errand.run.remove(errand);
            String message = "The node was lost with the task on it, in each of " + errand.attempt + " attempts";
            then(
                    errand,
                    new TaskOutcome.Failure<>(
                            FailureKind.NODE_LOST, message, errand.task(), node, 0, errand.attempt, ""));
            return;
        }
        errand.attempt += mayHaveStarted ? 1 : 0;
        errand.run.stream.requeue(errand);
    }
}
