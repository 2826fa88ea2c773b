package io.broccoli.internal.producer;

import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.credit.LinkEvents;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What links tell of errands, in order. It is acted upon when a link is done with the frame that it came in: then users' plans are
 * called, and must not find the link in the middle of something.
 */
final class Notes implements LinkEvents<Errand> {

    private final Queue<Note> notes =
            new ArrayDeque<>(); // bounded by what one frame tells, or what one link has under way

    /** One of {@link Outcome}, {@link Item} and {@link Loss}. */
    sealed interface Note {
        Errand errand();
    }

    /** The node answered; the link knows the errand no more. */
    record Outcome(Errand errand, ResultStatus status, Payload payload) implements Note {}

    /** The next value of several came. */
    record Item(Errand errand, Payload value) implements Note {}

    /** The link was lost with the errand on it. */
    record Loss(Errand errand, boolean mayHaveStarted) implements Note {}

    @Override
    public void outcome(Errand errand, ResultStatus status, Payload payload) {
        errand.answered();
        notes.add(new Outcome(errand, status, payload));
    }

    @Override
    public void item(Errand errand, Payload value) {
        notes.add(new Item(errand, value));
    }

    @Override
    public void lost(Errand errand, boolean mayHaveStarted) {
        errand.answered();
        notes.add(new Loss(errand, mayHaveStarted));
    }

    /** Takes the next one, if there is one; what was told of an errand that has moved on since counts no more. */
    @Nullable Note poll() {
        Note next = notes.poll();
        while (next != null && !next.errand().isUnderWay()) {
            next = notes.poll();
        }
        return next;
    }
}
