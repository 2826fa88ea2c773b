package io.broccoli.internal.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.transport.contract.Soon;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FunnelTest {

    private final Funnel funnel = new Funnel();

    @Test
    void callsOfManyThreadsComeOneAtATimeAndNoneIsLost() throws Exception {
        int each = 20_000;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        int[] made = {0}; // guarded by the funnel, or the sum would be wrong
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    funnel.call(() -> {
                        overlaps.addAndGet(inside.getAndIncrement());
                        made[0]++;
                        inside.decrementAndGet();
                    });
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join(Soon.MOST.toMillis());
        }
        Soon.holds(() -> assertThat(made[0]).isEqualTo(4 * each));
        assertThat(overlaps).hasValue(0);
    }

    /** Something happens while a call is under way on another thread. */
    private void whileBusy(Runnable happens) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread busy = new Thread(() -> funnel.call(() -> {
            begun.countDown();
            try {
                end.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        busy.start();
        begun.await();
        happens.run();
        end.countDown();
        busy.join(Soon.MOST.toMillis());
    }

    @Test
    void framesThatWaitAreBounded() throws Exception {
        AtomicInteger frames = new AtomicInteger();
        whileBusy(() -> {
            for (int i = 0; i < 2 * Funnel.MAX_WAITING; i++) {
                funnel.frame(frames::incrementAndGet);
            }
            assertThat(funnel.isFull()).isTrue();
        });
        assertThat(frames).hasValue(Funnel.MAX_WAITING - 1); // and the one under way
        assertThat(funnel.isFull()).isFalse();
    }

    @Test
    void ofNewsOfOneMemberThatWaitOnlyTheLatestIsTold() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        whileBusy(() -> {
            for (int i = 0; i <= 1_000; i++) {
                String news = "-" + i;
                funnel.latest("a", () -> told.add("a" + news));
                funnel.latest("b", () -> told.add("b" + news));
            }
        });
        assertThat(told).containsExactly("a-1000", "b-1000");
        funnel.latest("a", () -> told.add("a again"));
        assertThat(told).endsWith("a again");
    }

    @Test
    void membersOfWhomNewsWaitAreBounded() throws Exception {
        AtomicInteger told = new AtomicInteger();
        whileBusy(() -> {
            for (int i = 0; i < 2 * Funnel.MAX_WAITING; i++) {
                funnel.latest("m" + i, told::incrementAndGet);
            }
        });
        assertThat(told).hasValue(Funnel.MAX_WAITING);
    }

    @Test
    void whatThrowsHarmsNoOther() {
        AtomicInteger made = new AtomicInteger();
        funnel.call(() -> {
            funnel.call(made::incrementAndGet);
            throw new IllegalStateException("a test wanted this");
        });
        assertThat(made).hasValue(1);
    }

    @Test
    void whatFailsWorseThanThatHarmsNoOtherEither() {
        AtomicInteger made = new AtomicInteger();
        funnel.call(() -> {
            throw new NoClassDefFoundError("a test wanted this");
        });
        funnel.call(made::incrementAndGet);
        assertThat(made).hasValue(1);
    }

    @Test
    void nothingIsCalledAfterTheClose() {
        AtomicInteger made = new AtomicInteger();
        funnel.close();
        funnel.call(made::incrementAndGet);
        assertThat(made).hasValue(0);
    }
}
