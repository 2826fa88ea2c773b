package io.broccoli.internal.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.transport.contract.Soon;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Figures of a member that another thread keeps busy. */
class SnapshotTest {

    private final SerialExecutor loop = new SerialExecutor(Schedulers.immediate(), () -> {});
    private final List<String> done = new ArrayList<>(); // by the executor
    private final Snapshot<Integer> figures = new Snapshot<>(loop, done::size);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    private void occupy() throws InterruptedException {
        Thread busy = new Thread(() -> loop.execute(() -> {
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            done.add("something");
        }));
        busy.setDaemon(true);
        busy.start();
        begun.await();
    }

    @Test
    void whoMayWaitIsToldOfNow() throws Exception {
        occupy();
        FutureTask<Integer> asking = new FutureTask<>(figures::get);
        Thread asker = new Thread(asking);
        asker.start();
        Soon.holds(() -> assertThat(asker.getState()).isEqualTo(Thread.State.TIMED_WAITING));
        end.countDown();
        assertThat(asking.get(Soon.MOST.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo(1);
    }

    @Test
    void aThreadThatMustNotBlockIsToldOfBefore() throws Exception {
        occupy();
        assertThat(Mono.fromCallable(figures::get)
                        .subscribeOn(Schedulers.parallel())
                        .block(Soon.MOST))
                .isZero();
        end.countDown();
        assertThat(figures.get()).isEqualTo(1);
    }

    @Test
    void theExecutorItselfIsToldOfNow() {
        List<Integer> told = new ArrayList<>();
        loop.execute(() -> {
            done.add("one");
            told.add(figures.get());
            done.add("another");
            told.add(figures.get());
        });
        assertThat(told).containsExactly(1, 2);
        assertThat(loop.isMine()).isFalse();
    }
}
