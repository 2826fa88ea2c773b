package io.broccoli.internal.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.internal.boundary.Timers;
import io.broccoli.transport.contract.Soon;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class SerialExecutorTest {

    /** As a class that is missing is told; without a trace, which would be logged. */
    private static final class Missing extends NoClassDefFoundError {
        private static final long serialVersionUID = 1;

        Missing() {
            super("one that a test throws");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    @Test
    void anErrorOfTheJvmInOneTaskDoesNotEndAllOthers() {
        List<String> ran = new ArrayList<>();
        SerialExecutor executor = new SerialExecutor(Schedulers.immediate(), () -> ran.add("settled"));
        executor.execute(() -> {
            throw new Missing();
        });
        executor.execute(() -> ran.add("next"));
        assertThat(ran).containsExactly("settled", "next", "settled");
    }

    /** Takes nothing. */
    private static final class Closed implements Scheduler {
        int asked;

        @Override
        public Disposable schedule(Runnable task) {
            asked++;
            throw new RejectedExecutionException("closed");
        }

        @Override
        public Worker createWorker() {
            throw new RejectedExecutionException("closed");
        }
    }

    /** As many rounds as a thread is kept for the tasks of others, and more. */
    private static List<Integer> inRounds(Scheduler scheduler) {
        List<Integer> ran = new CopyOnWriteArrayList<>();
        AtomicReference<Runnable> settle = new AtomicReference<>(() -> {});
        SerialExecutor executor = new SerialExecutor(
                scheduler, () -> Objects.requireNonNull(settle.get()).run());
        settle.set(() -> {
            if (ran.size() < 100) { // comes behind each round
                executor.execute(() -> ran.add(ran.size()));
            }
        });
        executor.execute(() -> {});
        return ran;
    }

    @Test
    void aThreadThatNobodyRelievesGoesOn() {
        Closed closed = new Closed();
        assertThat(inRounds(closed)).hasSize(100);
        assertThat(closed.asked).isPositive();
    }

    @Test
    void aSchedulerThatRefusesNeitherLosesTheTasksNorRunsThemTwice() {
        List<Integer> ran = inRounds(new Timers(new Closed())); // the rest on Reactor's own threads
        Soon.holds(() -> assertThat(ran).hasSize(100));
        assertThat(ran).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    /** It runs what it takes, and says that it did not. */
    private static final class Liar implements Scheduler {
        @Override
        public Disposable schedule(Runnable task) {
            task.run();
            throw new IllegalStateException("not taken");
        }

        @Override
        public Worker createWorker() {
            throw new IllegalStateException("no worker");
        }
    }

    @Test
    void whatASchedulerTookThoughItSaysOtherwiseRunsOnce() {
        List<Integer> ran = new ArrayList<>();
        new Timers(new Liar()).schedule(() -> ran.add(1));
        assertThat(ran).containsExactly(1);
        assertThat(inRounds(new Timers(new Liar())))
                .isEqualTo(IntStream.range(0, 100).boxed().toList());
    }
}
