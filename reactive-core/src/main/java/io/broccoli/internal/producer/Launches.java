package io.broccoli.internal.producer;

import io.broccoli.frame.Payload;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.base.Wire;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import org.jspecify.annotations.Nullable;

/** Puts errands on links. Their arguments are written here, while they still wait. */
final class Launches {

    private final MemberContext context;
    private final Endings endings;
    private final Wire wire;
    private long launched;

    Launches(MemberContext context, Endings endings) {
        this.context = context;
        this.endings = endings;
        this.wire = context.wire();
    }

    /** The name of this member. */
    String member() {
        return context.member();
    }

    /** How many were sent, each time that one was. */
    long launched() {
        return launched;
    }

    /** Sends an errand by a link that has credit; one that cannot be sent at all ends. */
    void launch(Errand errand, Link link, long now) {
        Payload body = body(errand, link, now);
        if (body != null) {
            errand.sentBy(link, body, now);
            errand.run.owner.sent(errand);
            launched++;
        }
    }

    /** @return null if it cannot be sent, and waits here no more */
    @Nullable Payload body(Errand errand, Link link, long now) {
        if (errand.items != null) {
            errand.replays = link.replays(errand.work.tasks());
            if (errand.run.hasItems() && !errand.replays) {
                endings.cutOff(errand, "before, and node " + link.name() + " does not replay the task", link.name());
                return null;
            }
            errand.items.restart();
        }
        Payload body;
        try {
            body = context.boundary().values().encodeBody(Bodies.of(errand, link, now));
        } catch (ForeignFailure failed) {
            if (errand.isWaiting()) { // who wrote it may have ended it
                endings.unsendable(errand, failed.failure(errand.task()));
            }
            return null;
        }
        if (!errand.isWaiting()) {
            return null; // who wrote it ended it
        }
        int most = largest(link);
        if (body.length() > most) {
            String message =
                    "The task takes " + body.length() + " bytes, node " + link.name() + " takes at most " + most;
            endings.fail(
                    errand,
                    TaskOutcome.Failure.of(FailureKind.TOO_LARGE, message, errand.task())
                            .on(link.name(), errand.attempt));
            return null;
        }
        return body;
    }

    /** The size of the largest task that can go over a link, as far as is known, in bytes. */
    int largest(Link link) {
        int frame = Math.min(link.node().maxFrame(), link.credit.limitOfFrames().largest());
        return Math.min(link.node().maxTask(), wire.room(frame) - wire.entryBytes());
    }
}
