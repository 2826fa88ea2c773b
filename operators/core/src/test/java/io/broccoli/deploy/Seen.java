package io.broccoli.deploy;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** What the classes of jars see of a test: a class of the application. */
public final class Seen {

    static final List<WeakReference<Object>> LOADERS = new CopyOnWriteArrayList<>();
    static final CountDownLatch BEGUN = new CountDownLatch(1);
    static final CountDownLatch GATE = new CountDownLatch(1);

    /** Opened by a test for code of a module that does not hear that it is to stop. */
    static volatile CountDownLatch stubborn = new CountDownLatch(1);

    /** Whether a module does what it must not. */
    public static volatile boolean harmful;

    /** Interruptions that code of a module heard. */
    static final AtomicInteger INTERRUPTED = new AtomicInteger();

    private Seen() {}

    public static void loaded(Object loader) {
        LOADERS.add(new WeakReference<>(loader));
    }

    public static void waitThere() throws InterruptedException {
        BEGUN.countDown();
        GATE.await();
    }

    /** Does not return before the test says so, whoever interrupts. */
    public static int block() {
        CountDownLatch gate = stubborn;
        while (gate.getCount() > 0) {
            LockSupport.parkNanos(1_000_000);
            Thread.interrupted();
        }
        return 1;
    }

    /** Does not return until it is interrupted. */
    public static int sleep() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException told) {
            INTERRUPTED.incrementAndGet();
        }
        return 1;
    }
}
