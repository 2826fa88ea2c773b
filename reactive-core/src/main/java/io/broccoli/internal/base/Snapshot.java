package io.broccoli.internal.base;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/** What only the member's executor may look at, for whoever asks on any thread. */
public final class Snapshot<T> {

    private static final Logger LOG = Loggers.getLogger(Snapshot.class);

    /** The executor is busy for moments: what takes longer is stuck, and is not waited for. */
    private static final long MOST_SECONDS = 1;

    private final SerialExecutor loop;
    private final Supplier<T> look;
    private volatile T last;

    public Snapshot(SerialExecutor loop, Supplier<T> look) {
        this.loop = loop;
        this.look = look;
        this.last = look.get();
    }

    /** Of now; but on a thread that must not block, while others keep the executor busy, of when it was last asked for. */
    public T get() {
        if (loop.isMine()) {
            return look.get();
        }
        CountDownLatch seen = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                last = look.get();
            } finally {
                seen.countDown();
            }
        });
        if (seen.getCount() > 0 && !Schedulers.isInNonBlockingThread()) {
            try {
                if (!seen.await(MOST_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("The member has been busy for {} s: its figures are old", MOST_SECONDS);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return last;
    }
}
