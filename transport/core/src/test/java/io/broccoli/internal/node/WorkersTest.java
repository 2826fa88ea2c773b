package io.broccoli.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.transport.contract.Soon;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Workers that foreign code does not return to, and then does. */
class WorkersTest {

    private static final int RACES = 500;

    private final Scheduler threads = Schedulers.newBoundedElastic(2, Integer.MAX_VALUE, "workers-test", 60, true);
    private final Workers workers = new Workers(1, threads, true, (task, lease) -> lease.release());

    @AfterEach
    void end() {
        threads.dispose();
    }

    /** Foreign code that returns when it is let. */
    private static final class Code {
        final AtomicBoolean mayReturn = new AtomicBoolean();
        private final CountDownLatch inside = new CountDownLatch(1);
        private final AtomicReference<@Nullable WorkerLease> lease = new AtomicReference<>();

        void run(WorkerLease with) {
            with.enter();
            lease.set(with);
            inside.countDown();
            while (!mayReturn.get()) {
                Thread.onSpinWait();
            }
            with.exit();
            with.release();
        }

        WorkerLease awaitInside() throws InterruptedException {
            assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
            return Objects.requireNonNull(lease.get());
        }
    }

    private Code start() {
        Code code = new Code();
        workers.resume(code::run);
        return code;
    }

    private void assertServes() throws InterruptedException {
        CountDownLatch served = new CountDownLatch(1);
        workers.resume(lease -> {
            served.countDown();
            lease.release();
        });
        assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWorkerThatIsGivenUpAsItComesBackIsStuckOrNotButNeverLost() throws InterruptedException {
        AtomicInteger givenUp = new AtomicInteger();
        for (int i = 0; i < RACES; i++) {
            Code code = start();
            WorkerLease lease = code.awaitInside();
            Thread.yield();
            code.mayReturn.set(true);
            for (int spin = i % 50; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            givenUp.addAndGet(workers.giveUp(lease) ? 1 : 0);
            assertServes();
            Soon.holds(() -> assertThat(workers.stuck()).isZero());
            assertThat(workers.free()).isEqualTo(1);
        }
        assertThat(givenUp.get()).isBetween(1, RACES); // else nothing was tested
        Code last = start(); // its place can still be taken
        assertThat(workers.giveUp(last.awaitInside())).isTrue();
        assertThat(last.awaitInside().worker().isReplaced()).isTrue();
        assertServes();
        last.mayReturn.set(true);
    }

    /** A task that is told to stop at some moment. */
    private static final class Told implements WorkerLease.Holder {
        volatile boolean stopping;

        @Override
        public boolean isStopping() {
            return stopping;
        }

        @Override
        public long stoppingFor(long now) {
            return 0;
        }

        @Override
        public void abort() {}
    }

    @Test
    void anInterruptionIsForTheCodeThatRunsAndNoCodeThatIsToStopGoesUnwatched() throws InterruptedException {
        AtomicInteger stoppedInside = new AtomicInteger();
        AtomicInteger unwatched = new AtomicInteger();
        AtomicInteger interruptedBehind = new AtomicInteger();
        for (int i = 0; i < RACES; i++) {
            Told task = new Told();
            AtomicReference<@Nullable WorkerLease> held = new AtomicReference<>();
            CountDownLatch done = new CountDownLatch(1);
            int spins = i;
            workers.resume(lease -> {
                lease.heldBy(task);
                held.set(lease);
                spin(spins % 25);
                boolean before = task.stopping;
                lease.enter();
                unwatched.addAndGet(before && !workers.areStopping() ? 1 : 0);
                spin(spins % 125);
                while (spins % 2 == 0 && !workers.areStopping()) { // it surely is told, in each other round
                    Thread.onSpinWait();
                }
                stoppedInside.addAndGet(workers.areStopping() ? 1 : 0);
                lease.exit();
                interruptedBehind.addAndGet(Thread.interrupted() ? 1 : 0);
                lease.release();
                done.countDown();
            });
            while (held.get() == null) {
                Thread.onSpinWait();
            }
            task.stopping = true;
            Objects.requireNonNull(held.get()).interrupt();
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(workers.areStopping()).isFalse();
        }
        assertThat(unwatched).hasValue(0);
        assertThat(interruptedBehind).hasValue(0);
        assertThat(stoppedInside.get()).isBetween(RACES / 2, RACES);
    }

    private static void spin(int times) {
        for (int left = times; left > 0; left--) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aWorkerIsGivenUpOnce() throws InterruptedException {
        Code code = start();
        WorkerLease lease = code.awaitInside();
        assertThat(workers.giveUp(lease)).isTrue();
        assertThat(workers.giveUp(lease)).isFalse();
        assertThat(workers.stuck()).isEqualTo(1);
        code.mayReturn.set(true);
        Soon.holds(() -> assertThat(workers.stuck()).isZero());
        assertThat(workers.giveUp(lease)).isFalse();
        assertThat(workers.stuck()).isZero();
    }

    /** Threads that are open. */
    private static final class Counted implements Scheduler {
        final AtomicInteger open = new AtomicInteger();
        private final Scheduler threads;

        Counted(Scheduler threads) {
            this.threads = threads;
        }

        @Override
        public Disposable schedule(Runnable task) {
            return threads.schedule(task);
        }

        @Override
        public Worker createWorker() {
            open.incrementAndGet();
            Worker worker = threads.createWorker();
            return new Worker() {
                @Override
                public Disposable schedule(Runnable task) {
                    return worker.schedule(task);
                }

                @Override
                public void dispose() {
                    open.decrementAndGet();
                    worker.dispose();
                }
            };
        }
    }

    @Test
    void theThreadOfAWorkerThatWasReplacedEndsWhenItsCodeReturns() throws InterruptedException {
        Counted counted = new Counted(threads);
        Workers some = new Workers(1, counted, true, (task, lease) -> lease.release());
        Code code = new Code();
        some.resume(code::run);
        assertThat(some.giveUp(code.awaitInside())).isTrue();
        assertThat(counted.open).hasValue(2);
        code.mayReturn.set(true);
        Soon.holds(() -> assertThat(counted.open).hasValue(1));
        some.dispose();
        assertThat(counted.open).hasValue(0);
    }
}
