package io.broccoli.credit;

import io.broccoli.frame.Payload;
import org.jspecify.annotations.Nullable;

/** An element under way under one seq; without an element the seq is void. */
final class Sent<T> {

    static final Sent<?> VOIDED = new Sent<>(null, Payload.EMPTY, 0, 0, 0);
    static final Sent<?> SURRENDERED = new Sent<>(null, Payload.EMPTY, 0, 0, 0); // never sent as a task

    final @Nullable T element;
    final Payload body;
    long at;
    final long place; // among all that were launched on the link
    final long outcomesBefore; // of the link, when it was launched
    long askedAt = Long.MIN_VALUE / 2;
    long ctl; // of the frame that it was last sent in
    int sends;
    boolean seen;

    Sent(@Nullable T element, Payload body, long at, long place, long outcomesBefore) {
        this.element = element;
        this.body = body;
        this.at = at;
        this.place = place;
        this.outcomesBefore = outcomesBefore;
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
