package io.broccoli.hostile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Real threads, of which one runs at a time: who lets one run waits until it is done, or parks. So the same happens each time, on
 * threads that are really others.
 */
final class Lockstep implements AutoCloseable {

    private static final long LONGEST = 20; // seconds

    private final Deque<Strand> idle = new ArrayDeque<>();
    private final List<Strand> parked = new ArrayList<>();
    private final List<Strand> all = new ArrayList<>();

    private final class Strand extends Thread {
        final Semaphore mayRun = new Semaphore(0);
        final Semaphore gaveBack = new Semaphore(0);
        private Runnable action = () -> {};
        private Runnable whenDone = () -> {};
        private boolean isParked;
        private boolean over;

        Strand(int number) {
            super("foreign-" + number);
            setDaemon(true);
        }

        @Override
        public void run() {
            while (true) {
                mayRun.acquireUninterruptibly();
                if (over) {
                    return;
                }
                action.run();
                gaveBack.release();
            }
        }

        void begin(Runnable next, Runnable then) {
            action = next;
            whenDone = then;
            turn();
        }

        /** Lets it run until it is done, or parks. */
        void turn() {
            mayRun.release();
            try {
                if (!gaveBack.tryAcquire(LONGEST, TimeUnit.SECONDS)) {
                    throw new AssertionError("a thread did not come back in " + LONGEST + " s");
                }
            } catch (InterruptedException interrupted) {
                throw new AssertionError("somebody interrupted the thread of the world", interrupted);
            }
            if (isParked) {
                parked.add(this);
            } else {
                idle.push(this);
                whenDone.run();
            }
        }
    }

    /**
     * Runs an action on another thread.
     *
     * @param whenDone runs on this one, at once, or when what parked is done
     */
    void run(Runnable action, Runnable whenDone) {
        Strand strand = idle.poll();
        if (strand == null) {
            strand = new Strand(all.size());
            all.add(strand);
            strand.start();
        }
        strand.begin(action, whenDone);
    }

    /** On one of these threads: others go on, and this one when {@link #release}d. Does not hear of interruptions. */
    static void park() {
        Strand strand = current();
        if (strand == null) {
            throw new IllegalStateException("this thread cannot be parked");
        }
        strand.isParked = true;
        strand.gaveBack.release();
        strand.mayRun.acquireUninterruptibly();
        strand.isParked = false;
    }

    private static @Nullable Strand current() {
        return Thread.currentThread() instanceof Strand strand ? strand : null;
    }

    /** Lets a parked thread run on. */
    void release(Thread which) {
        for (Strand strand : List.copyOf(parked)) {
            if (strand == which) {
                parked.remove(strand);
                strand.turn();
            }
        }
    }

    void releaseAll() {
        List.copyOf(parked).forEach(this::release);
    }

    @Override
    public void close() {
        releaseAll();
        for (Strand strand : all) {
            strand.over = true;
            strand.mayRun.release();
        }
    }
}
