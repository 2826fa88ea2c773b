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
        Payload body = body(errand, link);
        if (body == null) {
            return false;
        }
        errand.link = link;
        errand.seq = link.credit.launch(errand, body, now);
        if (errand.id == 0) {
            errand.id = link.credit.idOf(errand.seq);
        }
        launched++;
        return true;
    }

    /** @return null if it cannot be sent at all: then it ended */
    @Nullable Payload body(Errand errand, Link link) {
        Payload body;
        try {
            body = dispatcher.payloads().encodeBody(Bodies.of(errand, link));
        } catch (UnencodableException failed) {
            errand.run.remove(errand);
            then(
                    errand,
                    TaskOutcome.Failure.of(
                            FailureKind.UNENCODABLE, String.valueOf(failed.getMessage()), errand.task()));
            return null;
        }
        int most = Math.min(link.node().maxTask(), wire.room(link.node().maxFrame()) - wire.entryBytes());
        if (body.length() > most) {
            fail(
                    errand,
                    FailureKind.TOO_LARGE,
                    "The task takes " + body.length() + " bytes, node " + link.name() + " takes at most " + most,
                    link);
            return null;
        }
        return body;
    }

    private void fail(Errand errand, FailureKind kind, String message, Link link) {
        errand.run.remove(errand);
        then(errand, new TaskOutcome.Failure<>(kind, message, errand.task(), link.name(), 0, errand.attempt, ""));
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
            case ABORTED, END -> lost(errand, true);
        }
    }

    private void returned(Errand errand, @Nullable Link link, Payload reason) {
        if (CreditLink.isReason(reason, Reason.RESULT_GONE)) {
            lost(errand, true);
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
        String node = errand.link == null ? "" : errand.link.name();
        errand.link = null;
        dispatcher.changed();
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
