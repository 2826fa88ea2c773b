package io.broccoli.transport.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.frame.Frame;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class MemoryNetworkTest {
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final MemoryNetwork network = new MemoryNetwork(time, FaultPlan.NONE);

    @AfterEach
    void endTime() {
        time.dispose();
    }

    private Listener join(String member) {
        Listener listener = new Listener(network, member).start(member + " is gone");
        listener.news();
        return listener;
    }

    @Test
    void framesComeInTheirOrderAndSayWhoSentThem() {
        Listener a = join("a");
        Listener b = join("b");
        for (int i = 0; i < 5; i++) {
            a.send("b", "f" + i);
        }
        assertThat(b.news()).containsExactly("a:f0", "a:f1", "a:f2", "a:f3", "a:f4");
        assertThat(a.news()).isEmpty();
    }

    @Test
    void sendingIsLazyAndFailsWithoutConnection() {
        Listener a = join("a");
        Listener b = join("b");
        var send = a.transport.send("b", new byte[1]);
        assertThat(b.news()).isEmpty();
        send.block();
        assertThat(b.news()).hasSize(1);
        network.cut("a");
        assertThatThrownBy(send::block).hasMessage("a is not connected");
        Listener idle = new Listener(network, "idle");
        assertThatThrownBy(() -> idle.send("b", "x")).hasMessage("idle is not connected");
        assertThatThrownBy(() -> b.transport
                        .send("a", new byte[MemoryNetwork.MAX_FRAME + 1])
                        .block())
                .hasMessageContaining("at most 16777216");
    }

    @Test
    void presenceIsKeptForThoseWhoComeLater() {
        Listener a = join("a");
        a.announce("a1");
        a.announce("a2");
        assertThat(a.news()).containsExactly("a=a1", "a=a2");
        Listener b = new Listener(network, "b").start(null);
        assertThat(b.news()).containsExactly("connected", "a=a2");
        a.transport.close(false).block();
        assertThat(b.news()).isEmpty();
        Listener again = new Listener(network, "a").start(null);
        assertThat(again.news()).containsExactly("connected", "a=a2");
        again.transport.close(true).block();
        assertThat(b.news()).containsExactly("a=");
        assertThat(new Listener(network, "c").start(null).news()).containsExactly("connected");
    }

    @Test
    void helloReachesAllOthers() {
        Listener a = join("a");
        Listener b = join("b");
        Listener c = join("c");
        a.transport.hello().block();
        assertThat(a.news()).isEmpty();
        assertThat(b.news()).containsExactly("hello");
        assertThat(c.news()).containsExactly("hello");
    }

    @Test
    void aCutMemberIsToldAndItsWillIsSent() {
        Listener a = join("a");
        Listener b = join("b");
        b.announce("b1");
        a.news();
        network.cut("b");
        assertThat(b.news()).containsExactly("b=b1", "disconnected: b was cut off");
        assertThat(a.news()).containsExactly("b=b is gone");
        a.send("b", "nobody hears this");
        b.announce("b2");
        assertThat(a.news()).isEmpty();
        network.restore("b");
        assertThat(b.news()).containsExactly("connected", "b=b is gone", "b=b2");
        assertThat(a.news()).containsExactly("b=b2");
        assertThat(network.stats().unreachable()).isEqualTo(1);
    }

    @Test
    void aMemberThatVanishesHearsNothingMore() {
        Listener a = join("a");
        Listener b = join("b");
        network.vanish("b");
        assertThat(b.news()).isEmpty();
        assertThat(a.news()).containsExactly("b=b is gone");
        assertThatThrownBy(() -> b.send("a", "x")).hasMessage("b is not connected");
        Listener next = join("b");
        a.send("b", "y");
        assertThat(next.news()).containsExactly("a:y");
        assertThat(b.news()).isEmpty();
    }

    @Test
    void aTwinTakesOver() {
        Listener a = join("a");
        Listener twin = new Listener(network, "a").start(null);
        assertThat(a.news()).containsExactly("disconnected: another member named a took over");
        assertThat(twin.news()).containsExactly("connected", "a=a is gone");
        a.transport.close(true).block();
        assertThat(twin.news()).isEmpty();
    }

    @Test
    void dividedMembersHearNothingOneWayUntilTheyAreHealed() {
        Listener a = join("a");
        Listener b = join("b");
        network.divide("a", "b");
        a.send("b", "lost");
        a.announce("a1");
        b.send("a", "comes");
        assertThat(b.news()).isEmpty();
        assertThat(a.news()).containsExactly("a=a1", "b:comes");
        network.heal("a", "b");
        assertThat(b.news()).containsExactly("a=a1");
    }

    @Test
    void aStoppedBrokerDisconnectsAllAndRemembersWhatWasAnnounced() {
        Listener a = join("a");
        a.announce("a1");
        network.cut("b");
        Listener b = new Listener(network, "b").start(null);
        a.news();
        network.stopBroker();
        assertThat(a.news()).containsExactly("disconnected: the broker was stopped");
        Listener c = new Listener(network, "c").start(null);
        assertThat(c.news()).containsExactly("disconnected: the broker was stopped");
        network.startBroker();
        assertThat(a.news()).containsExactly("connected", "a=a1");
        assertThat(c.news()).containsExactly("connected", "a=a1");
        assertThat(b.news()).containsExactly("disconnected: b was cut off");
    }

    @Test
    void framesAreDelayedAndOvertakeEachOther() {
        network.plan(FaultPlan.seeded(3).withDelay(Duration.ofMillis(10), Duration.ofMillis(20)));
        Listener a = join("a");
        Listener b = join("b");
        time.advanceTimeBy(Duration.ofMillis(100));
        b.news();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            a.send("b", "f" + i);
            sent.add("a:f" + i);
        }
        time.advanceTimeBy(Duration.ofMillis(9));
        assertThat(b.news()).isEmpty();
        time.advanceTimeBy(Duration.ofMillis(11));
        List<String> news = b.news();
        assertThat(news).containsExactlyInAnyOrderElementsOf(sent).isNotEqualTo(sent);
    }

    @Test
    void whatIsOnItsWayWhenTheConnectionBreaksIsLost() {
        network.plan(FaultPlan.NONE.withDelay(Duration.ofMillis(10)));
        Listener a = join("a");
        Listener b = join("b");
        a.send("b", "x");
        network.cut("b");
        network.restore("b");
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(b.news()).doesNotContain("a:x");
    }

    @Test
    void theSameSeedGivesTheSameFaults() {
        FaultPlan plan =
                FaultPlan.seeded(7).withLoss(0.2).withRepetition(0.2).withDelay(Duration.ZERO, Duration.ofMillis(5));
        assertThat(run(plan))
                .isEqualTo(run(plan))
                .isNotEqualTo(run(FaultPlan.seeded(8).withLoss(0.2)));
    }

    private List<String> run(FaultPlan plan) {
        VirtualTimeScheduler clock = VirtualTimeScheduler.create();
        MemoryNetwork faulty = new MemoryNetwork(clock, plan);
        Listener a = new Listener(faulty, "a").start(null);
        Listener b = new Listener(faulty, "b").start(null);
        for (int i = 0; i < 1_000; i++) {
            a.send("b", "f" + i);
            clock.advanceTimeBy(Duration.ofMillis(1));
        }
        clock.advanceTimeBy(Duration.ofSeconds(1));
        TrafficStats stats = faulty.stats();
        long delivered = stats.delivered().values().stream()
                .mapToLong(TrafficStats.Count::frames)
                .sum();
        assertThat(delivered).isEqualTo(b.heard.size() - 1);
        if (plan.repetition() > 0) {
            assertThat(stats.lost()).isBetween(100L, 250L);
            assertThat(stats.repeated()).isBetween(100L, 250L);
        }
        return b.news();
    }

    @Test
    void countsFramesByTheirKind() {
        MessagePackFrameCodec codec = new MessagePackFrameCodec();
        Listener a = join("a");
        join("b");
        byte[] bye = codec.encode(new Frame.Bye(1), false);
        byte[] nack = codec.encode(new Frame.Nack(1, 2, 3, Frame.Refusal.BUSY, 4), false);
        TrafficStats before = network.stats();
        a.transport.send("b", bye).block();
        a.transport.send("b", nack).block();
        a.transport.send("b", nack).block();
        a.transport.send("nobody", nack).block();
        TrafficStats stats = network.stats().since(before);
        assertThat(stats.sent(Frame.Nack.class)).isEqualTo(new TrafficStats.Count(3, 3L * nack.length));
        assertThat(stats.sent(Frame.Bye.class)).isEqualTo(new TrafficStats.Count(1, bye.length));
        assertThat(stats.sent(Frame.Tasks.class).frames()).isZero();
        assertThat(stats.total().frames()).isEqualTo(4);
        assertThat(stats.delivered(Frame.Nack.class).frames()).isEqualTo(2);
        assertThat(stats.unreachable()).isEqualTo(1);
    }

    @Test
    @Timeout(60)
    void aFrameThatAnswersAFrameDoesNotGoDeeper() throws Exception {
        MemoryNetwork threads = new MemoryNetwork();
        Listener a = new Listener(threads, "a").start(null);
        Listener b = new Listener(threads, "b").start(null);
        AtomicInteger left = new AtomicInteger(30_000);
        CountDownLatch done = new CountDownLatch(1);
        a.onFrame = (from, frame) -> a.transport.send("b", frame).subscribe();
        b.onFrame = (from, frame) -> {
            if (left.decrementAndGet() == 0) {
                done.countDown();
            } else if (left.get() > 0) {
                b.transport.send("a", frame).subscribe();
            }
        };
        a.transport.send("b", "ball".getBytes(UTF_8)).block();
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        a.transport.close(true).block();
        b.transport.close(true).block();
    }

    @Test
    @Timeout(60)
    void aReceiverThatIsBusyDropsWhatIsTooMuchAndCountsIt() throws Exception {
        MemoryNetwork threads = new MemoryNetwork(Schedulers.boundedElastic(), FaultPlan.NONE); // its threads may block
        Listener a = new Listener(threads, "a").start(null);
        Listener b = new Listener(threads, "b").start(null);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        b.onFrame = (from, frame) -> {
            busy.countDown();
            await(free);
        };
        a.send("b", "first");
        assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 70_000; i++) {
            a.transport.send("b", new byte[1]).subscribe();
        }
        assertThat(threads.stats().dropped()).isBetween(70_000L - 65_536, 70_000L - 65_000);
        free.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
