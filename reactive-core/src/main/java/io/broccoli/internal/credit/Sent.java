package io.broccoli.internal.credit;

import io.broccoli.frame.Payload;
import io.broccoli.internal.base.FrameLimit;
import org.jspecify.annotations.Nullable;

/** An element under way under one seq; without an element the seq is void. */
final class Sent<T> {

    static final Sent<?> VOIDED = new Sent<>(null, Payload.EMPTY, null, 0);
    static final Sent<?> SURRENDERED = new Sent<>(null, Payload.EMPTY, null, 0); // never sent as a task

    private static final int MOST_DOUBLINGS = 5;

    final @Nullable T element;
    final Payload body;
    final @Nullable ItemSink items; // where it may answer with several values
    long id; // of its task
    long at; // when it was last sent; before that, when it was launched
    long quietSince; // when it was last sent, asked for, or answered with items
    long ctl; // of the frame that it was last sent in
    int sends;
    int frame; // bytes of the one that it was last sent in, if that was larger than any network carries; else 0
    boolean seen;
    private @Nullable Losses losses;

    Sent(@Nullable T element, Payload body, @Nullable ItemSink items, long at) {
        this.element = element;
        this.body = body;
        this.items = items;
        this.at = at;
        this.quietSince = at;
    }

    /**
     * It was lost once more.
     *
     * @param alone how large a frame must be at least that carries it
     * @return whether it is not to be sent any more
     */
    boolean lost(int alone, FrameLimit limit, long now) {
        if (frame == 0) {
            return false;
        }
        if (losses == null) {
            losses = new Losses();
        }
        return losses.lost(frame, alone, limit, at, now);
    }

    /** How long it is not sent again after it was last: the longer the more often that was in vain. */
    long pause() {
        return sends < 2 ? 0 : Math.min(Timing.REANNOUNCE, Timing.LEAST_ASK << Math.min(sends - 1, MOST_DOUBLINGS));
    }

    boolean isVoid() {
        return element == null;
    }

    @SuppressWarnings("unchecked")
    static <T> Sent<T> voided() {
        return (Sent<T>) VOIDED;
    }

    @SuppressWarnings("unchecked")
    static <T> Sent<T> surrendered() {
        return (Sent<T>) SURRENDERED;
    }
}
