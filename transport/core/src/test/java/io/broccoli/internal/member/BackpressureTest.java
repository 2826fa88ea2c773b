package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.node.Node;
import io.broccoli.route.Router;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** A source is pulled no further than credit and window allow. */
class BackpressureTest {

    private static final int CAPACITY = World.SMALL.capacity();
    private static final int BUSY = 2 * World.SMALL.workers(); // what keeps a node busy of which no answer came yet

    private static final int BLOCKED = 16; // that may wait for earlier ones of their key

    private final AtomicLong requested = new AtomicLong();

    private Flux<Integer> endless() {
        return Flux.<Integer, Integer>generate(() -> 0, (n, sink) -> {
                    sink.next(n);
                    return n + 1;
                })
                .doOnRequest(requested::addAndGet);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16})
    void anEndlessSourceIsPulledNoFurtherThanTheNodesHaveUseFor(int nodes) throws Exception {
        try (World world = new World()) {
            List<Node> all = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                all.add(world.node("n" + i));
            }
            Cluster client = world.client(nodes);
            client.dispatch(endless(), Calls.of("never"), DispatchOptions.DEFAULTS.withTimeout(Duration.ZERO))
                    .subscribe();
            world.advance(Duration.ofMinutes(10));
            assertThat(requested.get()).isEqualTo((long) nodes * BUSY + 1); // one may wait without credit
            for (Node node : all) {
                assertThat(node.stats().queued() + node.stats().running()).isEqualTo(BUSY);
                assertThat(node.stats().maxHeld()).isEqualTo(BUSY);
                assertThat(node.stats().unusedCredit()).isLessThanOrEqualTo(CAPACITY - BUSY);
            }
            assertThat(client.stats().sourceWaits()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16})
    void anEndlessSourceIsPulledNoFurtherThanTheWindow(int nodes) throws Exception {
        try (World world = new World()) {
            for (int i = 0; i < nodes; i++) {
                world.node("n" + i);
            }
            Cluster client = world.client(nodes);
            List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
            int window = 5;
            client.dispatch(endless(), Calls.of("slow"), DispatchOptions.DEFAULTS.withWindow(window))
                    .doOnNext(outcome -> assertThat(requested.get()).isLessThanOrEqualTo(outcomes.size() + 1 + window))
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() > 200, Duration.ofSeconds(20));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16})
    void aSubscriberThatStopsAskingStopsTheSourceAndGivesItsCreditBack(int nodes) throws Exception {
        try (World world = new World()) {
            List<Node> all = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                all.add(world.node("n" + i));
            }
            Cluster client = world.client(nodes);
            int window = 20;
            AtomicLong received = new AtomicLong();
            BaseSubscriber<TaskOutcome<Integer>> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(100);
                }

                @Override
                protected void hookOnNext(TaskOutcome<Integer> outcome) {
                    received.incrementAndGet();
                }
            };
            client.dispatch(endless(), Calls.of("slow"), DispatchOptions.DEFAULTS.withWindow(window))
                    .subscribe(subscriber);
            world.await(() -> received.get() == 100, Duration.ofSeconds(20));
            long atOnce = requested.get();
            world.advance(Duration.ofMinutes(10));
            assertThat(received.get()).isEqualTo(100);
            assertThat(requested.get()).isLessThanOrEqualTo(100 + window);
            assertThat(requested.get() - atOnce)
                    .as("asked after one round trip")
                    .isLessThanOrEqualTo(window);
            for (Node node : all) {
                assertThat(node.stats().unusedCredit()).isZero();
                assertThat(node.stats().queued() + node.stats().running()).isZero();
            }
            subscriber.request(50);
            world.await(() -> received.get() == 150, Duration.ofSeconds(20));
            subscriber.cancel();
        }
    }

    /** They could be taken as far as the window goes, as none of them takes credit. */
    @Test
    void elementsThatWaitForAnEarlierOneOfTheirKeySlowDownTheSource() throws Exception {
        try (World world = new World()) {
            Node node = world.node("a");
            Cluster client = world.client(1);
            DispatchOptions oneKey = DispatchOptions.DEFAULTS
                    .withRouter(Router.byKeyInOrder(Integer.class, x -> "hot"))
                    .withTimeout(Duration.ZERO);
            client.dispatch(endless(), Calls.of("never"), oneKey).subscribe();
            world.advance(Duration.ofMinutes(1));
            assertThat(node.stats().queued() + node.stats().running()).isEqualTo(1);
            assertThat(requested.get()).isBetween(1L + BLOCKED, 1L + BLOCKED + CAPACITY);
        }
    }

    @Test
    void nothingIsAskedOfTheSourceBeforeAnybodyAsks() throws Exception {
        try (World world = new World()) {
            world.node("a");
            Cluster client = world.client(1);
            StepVerifier.create(client.dispatch(endless(), Calls.of("slow"), DispatchOptions.DEFAULTS.withWindow(4)), 0)
                    .expectSubscription()
                    .then(() -> world.advance(Duration.ofSeconds(1)))
                    .then(() -> assertThat(requested.get()).isLessThanOrEqualTo(4))
                    .thenCancel()
                    .verify(Duration.ofSeconds(10));
        }
    }
}
