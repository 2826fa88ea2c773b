package io.broccoli.transport.tcp;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** A message on its way out, and who waits for it to be written. Ends once, by whatever comes first. */
final class Delivery implements Subscription {

    /** What a message costs beside its bytes: its header, and objects. */
    static final int COST = 128;

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<Delivery, CoreSubscriber> ACTUAL =
            AtomicReferenceFieldUpdater.newUpdater(Delivery.class, CoreSubscriber.class, "actual");

    final Kind kind;
    final byte[] body;
    private final boolean wanted;
    private volatile @Nullable CoreSubscriber<? super Void> actual;

    private Delivery(Kind kind, byte[] body, @Nullable CoreSubscriber<? super Void> actual) {
        this.kind = kind;
        this.body = body;
        this.wanted = actual != null;
        this.actual = actual;
    }

    /** Of a member's frame. */
    static Delivery of(byte[] frame, CoreSubscriber<? super Void> actual) {
        return new Delivery(Kind.FRAME, frame, actual);
    }

    /** Of this transport's own; nobody waits for it, and an outbox that is full for frames takes it. */
    static Delivery own(Kind kind, byte[] body) {
        return new Delivery(kind, body, null);
    }

    boolean isOwn() {
        return !wanted;
    }

    boolean isCancelled() {
        return wanted && actual == null;
    }

    long cost() {
        return body.length + (long) COST;
    }

    void end(@Nullable Throwable error) {
        CoreSubscriber<?> waiting = ACTUAL.getAndSet(this, null);
        if (waiting == null) {
            return;
        }
        if (error == null) {
            waiting.onComplete();
        } else {
            waiting.onError(error);
        }
    }

    /** Nothing is ever emitted but the end. */
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {
        actual = null;
    }
}
