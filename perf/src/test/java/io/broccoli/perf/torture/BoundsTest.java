package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterStats;
import io.broccoli.node.Node;
import io.broccoli.node.NodeStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** W and C over a real broker, looked at all the time; and a subscriber that stops reading. */
@Tag("brokers")
class BoundsTest {

    private static final int NODES = 3;
    private static final int QUEUE = 6;
    private static final int WORKERS = 2;
    private static final int WINDOW = 64;

    private final List<Node> nodes = new ArrayList<>();
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger delivered = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private final List<String> wrong = new ArrayList<>();

    @Test
    void holdAndNothingMovesWhileTheSubscriberStopsForTenSeconds() throws Exception {
        run(Duration.ofSeconds(10));
    }

    @Test
    @Tag("soak")
    void holdAndNothingMovesWhileTheSubscriberStopsForAMinute() throws Exception {
        run(Duration.ofMinutes(1));
    }

    private void run(Duration stop) throws Exception {
        try (RealCluster real = RealCluster.start()) {
            for (int i = 0; i < NODES; i++) {
                nodes.add(real.with(new Labour().node(real.options("node-" + i), QUEUE, WORKERS)));
            }
            Cluster client = real.client(NODES);
            Reader reader = new Reader();
            endless()
                    .transform(Labour.stage(RealCluster.canvas(client).withWindow(WINDOW), 5))
                    .subscribe(reader);
            Disposable looking = Flux.interval(Duration.ofMillis(2), Schedulers.boundedElastic())
                    .onBackpressureDrop()
                    .subscribe(tick -> look());
            reader.request(1_000);
            await(() -> delivered.get() == 1_000);
            await(() -> held() == 0 && unused() == 0 && client.stats().inFlight() == 0);
            assertThat(taken.get()).isEqualTo(1_000 + WINDOW); // all of W is ended and unread
            Thread.sleep(1_500); // what was given back is told to the nodes, and all fall silent
            ClusterStats before = client.stats();
            long until = System.nanoTime() + stop.toNanos();
            while (System.nanoTime() < until) {
                assertThat(delivered.get()).isEqualTo(1_000);
                assertThat(taken.get()).isEqualTo(1_000 + WINDOW);
                assertThat(held()).isZero();
                assertThat(unused()).isZero();
                assertThat(client.stats().pending()).isZero();
                assertThat(client.stats().inFlight()).isZero();
                Thread.sleep(50);
            }
            ClusterStats after = client.stats();
            assertThat(after.framesSent()).isEqualTo(before.framesSent());
            assertThat(after.tasksSent()).isEqualTo(before.tasksSent());
            reader.request(1_000);
            await(() -> delivered.get() == 2_000);
            reader.cancel();
            looking.dispose();
            System.out.printf(
                    "bounds: %d looks; most held %s; stopped for %s, frames sent meanwhile: %d%n",
                    looks.get(),
                    nodes.stream().map(node -> node.stats().maxHeld()).toList(),
                    stop,
                    after.framesSent() - before.framesSent());
            assertThat(looks.get()).isGreaterThan(100);
            synchronized (wrong) {
                assertThat(wrong).isEmpty();
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(condition::getAsBoolean);
    }

    private Flux<Integer> endless() {
        return Flux.generate(sink -> {
            int outside = taken.get() + 1 - delivered.get();
            if (outside > WINDOW) {
                wrong("taken and not delivered: " + outside);
            }
            sink.next(taken.getAndIncrement());
        });
    }

    private void look() {
        looks.incrementAndGet();
        for (Node node : nodes) {
            NodeStats stats = node.stats();
            long held = stats.queued() + stats.running() + stats.unusedCredit();
            if (held > QUEUE + WORKERS || stats.maxHeld() > QUEUE + WORKERS) {
                wrong(node.name() + ": " + stats);
            }
        }
    }

    private void wrong(String what) {
        synchronized (wrong) {
            wrong.add(what);
        }
    }

    private int held() {
        return nodes.stream()
                .map(Node::stats)
                .mapToInt(stats -> stats.queued() + stats.running())
                .sum();
    }

    private long unused() {
        return nodes.stream().mapToLong(node -> node.stats().unusedCredit()).sum();
    }

    private final class Reader extends BaseSubscriber<Integer> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // asks when it is told to
        }

        @Override
        protected void hookOnNext(Integer result) {
            if (result != delivered.incrementAndGet()) {
                wrong("result " + result + " is the " + delivered.get() + "th");
            }
        }

        @Override
        protected void hookOnError(Throwable failed) {
            wrong(failed.toString());
        }
    }
}
