package io.broccoli.window;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The late elements of a stage, for one subscriber at a time. Elements may come from several subscriptions. */
final class LateFlux<T> extends Flux<LateSample<T>> {

    /** Most late elements that wait for demand, but for one for each subscription of the stage. */
    static final int MOST_WAITING = 1_024;

    private final AtomicReference<@Nullable Reader> reader = new AtomicReference<>();
    private final Set<Runnable> active = ConcurrentHashMap.newKeySet(); // subscriptions of the stage

    /** A subscription of the stage begins; {@code room} is called when there is room again. */
    void begins(Runnable room) {
        active.add(room);
    }

    void ends(Runnable room) {
        if (active.remove(room) && active.isEmpty()) {
            Reader now = reader.get();
            if (now != null) {
                now.done = true;
                now.drain();
            }
        }
    }

    boolean hasRoom() {
        Reader now = reader.get();
        return now == null || now.waiting.get() < MOST_WAITING;
    }

    /** @return false if nobody is subscribed */
    boolean offer(LateSample<T> sample) {
        Reader now = reader.get();
        if (now == null) {
            return false;
        }
        now.waiting.incrementAndGet();
        now.queue.add(sample);
        now.drain();
        return !now.cancelled || !now.queue.remove(sample);
    }

    @Override
    public void subscribe(CoreSubscriber<? super LateSample<T>> actual) {
        Reader fresh = new Reader(actual);
        if (!reader.compareAndSet(null, fresh)) {
            Operators.error(actual, new IllegalStateException("the late samples of a stage have one subscriber"));
            return;
        }
        actual.onSubscribe(fresh);
    }

    /** The subscriber. */
    private final class Reader implements Subscription {
        private final CoreSubscriber<? super LateSample<T>> actual;
        private final Queue<LateSample<T>> queue = new ConcurrentLinkedQueue<>();
        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicLong requested = new AtomicLong();
        private final AtomicInteger working = new AtomicInteger();
        private volatile boolean cancelled;
        volatile boolean done;

        Reader(CoreSubscriber<? super LateSample<T>> actual) {
            this.actual = actual;
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                requested.accumulateAndGet(n, Operators::addCap);
                drain();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            drain();
        }

        private void leave() {
            reader.compareAndSet(this, null);
            Operators.onDiscardQueueWithClear(queue, actual.currentContext(), null);
            waiting.set(0);
            active.forEach(Runnable::run);
        }

        void drain() {
            if (working.getAndIncrement() != 0) {
                return;
            }
            int missed = 1;
            do {
                boolean wasFull = waiting.get() >= MOST_WAITING;
                long emitted = 0;
                long asked = requested.get();
                while (!cancelled && emitted < asked) {
                    LateSample<T> next = queue.poll();
                    if (next == null) {
                        break;
                    }
                    waiting.decrementAndGet();
                    emitted++;
                    actual.onNext(next);
                }
                if (cancelled) {
                    leave();
                    return; // nothing is done for it any more
                }
                if (emitted > 0 && asked != Long.MAX_VALUE) {
                    requested.addAndGet(-emitted);
                }
                if (done && queue.isEmpty()) {
                    reader.compareAndSet(this, null);
                    actual.onComplete();
                    return;
                }
                if (wasFull && hasRoom()) {
                    active.forEach(Runnable::run);
                }
                missed = working.addAndGet(-missed);
            } while (missed != 0);
        }
    }
}
