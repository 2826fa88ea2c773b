package io.broccoli.internal.credit;

import io.broccoli.frame.Payload;
import org.jspecify.annotations.Nullable;

/** An element under way under one seq; without an element the seq is void. */
final class Sent<T> {

    static final Sent<?> VOIDED = new Sent<>(null, Payload.EMPTY, null, 0);
    static final Sent<?> SURRENDERED = new Sent<>(null, Payload.EMPTY, null, 0); // never sent as a task

    final @Nullable T element;
    final Payload body;
    final @Nullable ItemSink items; // where it may answer with several values
    long id; // of its task
    long at; // when it was last sent; before that, when it was launched
    long quietSince; // when it was last sent, asked for, or answered with items
    long ctl; // of the frame that it was last sent in
    int sends;
    boolean seen;

    Sent(@Nullable T element, Payload body, @Nullable ItemSink items, long at) {
        this.element = element;
        this.body = body;
        this.items = items;
        this.at = at;
        this.quietSince = at;
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
