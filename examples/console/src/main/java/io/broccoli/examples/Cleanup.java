package io.broccoli.examples;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a command opened, closed in reverse order: by {@link #close()}, or when the process ends before (Ctrl-C). What is being
 * opened at that moment is waited for, so that it can be closed too.
 */
final class Cleanup implements AutoCloseable {

    private static final long LONGEST_START_SECONDS = 15;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Thread hook = new Thread(this::closeAll, "broccoli-cleanup");
    private boolean closed;

    Cleanup() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Opens something that is to be closed.
     *
     * @throws CancellationException if the process is ending
     */
    <T extends AutoCloseable> T open(Callable<? extends T> start) throws Exception {
        lock.lock();
        try {
            if (closed) {
                throw new CancellationException("the process is ending");
            }
            T started = start.call();
            open.push(started);
            return started;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the process was told to end, by Ctrl-C or otherwise. */
    static boolean processIsEnding() {
        Thread probe = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException ending) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            return; // the hook does it, and the process waits for the hook
        }
        closeAll();
    }

    private void closeAll() {
        if (!lockInTime()) {
            return;
        }
        try {
            closed = true;
            while (!open.isEmpty()) {
                closeQuietly(open.pop());
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean lockInTime() {
        try {
            return lock.tryLock(LONGEST_START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void closeQuietly(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception late) { // the others must be closed all the same
            System.getLogger(Cleanup.class.getName()).log(System.Logger.Level.DEBUG, "did not close", late);
        }
    }
}
