package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeState;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.contract.Soon;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Handlers that do not return, on real threads of workers; all else is in virtual time. */
class StuckWorkersTest {

    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration BOUND = Duration.ofSeconds(1); // of elements
    private static final Duration FOUND = Duration.ofSeconds(5); // told to stop, waited for, and looked at

    private final World world = new World();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final List<TaskOutcome<Integer>> outcomes = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void end() throws Exception {
        gate.countDown();
        world.close();
    }

    private TaskRegistry tasks() {
        return TaskRegistry.builder()
                .task("double", "n", Integer.class, n -> 2 * n)
                .task("stuck", "n", Integer.class, n -> stuck())
                .task("stuckMono", "n", Integer.class, n -> Mono.fromSupplier(this::stuck))
                .task("stuckFlux", "n", Integer.class, n -> (Publisher<Integer>) this::stuckWhenAsked)
                .task("blocks", "n", Integer.class, n -> blocks())
                .task("never", "n", Integer.class, n -> never())
                .task("several", "n", Integer.class, n -> Flux.just(n).concatWith(Flux.never()))
                .build();
    }

    /** Does not hear that it is to stop. */
    private int stuck() {
        entered.incrementAndGet();
        while (gate.getCount() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
        return 1;
    }

    private void stuckWhenAsked(Subscriber<? super Integer> subscriber) {
        subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long more) {
                stuck();
            }

            @Override
            public void cancel() {}
        });
    }

    private int blocks() {
        entered.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException told) {
            interrupted.incrementAndGet();
        }
        return 1;
    }

    private Mono<Integer> never() {
        entered.incrementAndGet();
        return Mono.<Integer>never().doOnCancel(cancelled::incrementAndGet);
    }

    private Node node(NodeOptions options) {
        Node node = Node.start(world.options("a"), options.withQueue(20), tasks());
        world.members.add(node);
        return node;
    }

    private static NodeOptions workers(int count) {
        return NodeOptions.DEFAULTS.withWorkers(count);
    }

    private void dispatch(Cluster client, String task, int elements, Duration timeout) {
        client.dispatch(Flux.range(4, elements), Calls.<Integer>of(task), DispatchOptions.DEFAULTS.withTimeout(timeout))
                .subscribe(outcomes::add, closed -> {});
        world.advance(SOON);
    }

    private void stream(Cluster client, String task, Duration timeout) {
        client.dispatch(Mono.just(4), ItemStreams.Several.of(task), DispatchOptions.DEFAULTS.withTimeout(timeout))
                .subscribe(outcomes::add, closed -> {});
        world.advance(SOON);
    }

    /** While virtual time goes on, since what real threads did travels in it. */
    private void await(Runnable assertion) {
        Soon.holds(() -> {
            world.advance(Duration.ofMillis(1));
            assertion.run();
        });
    }

    private void awaitEntered(int handlers) {
        await(() -> assertThat(entered).hasValue(handlers));
    }

    private void assertServes(Cluster client) {
        outcomes.clear();
        dispatch(client, "double", 1, Duration.ofMinutes(1));
        await(() -> assertThat(outcomes).containsExactly(new TaskOutcome.Success<>(8)));
    }

    private TaskOutcome.Failure<Integer> failure() {
        await(() -> assertThat(outcomes).hasSize(1));
        return (TaskOutcome.Failure<Integer>) outcomes.get(0);
    }

    private static NodeState state(Cluster client) {
        return client.nodes().get(0).state();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stuck", "stuckMono"})
    void aWorkerThatAHandlerDoesNotReturnToIsCountedAndItsPlaceIsTaken(String task) {
        Node node = node(workers(1));
        Cluster client = world.client(1);
        dispatch(client, task, 1, BOUND);
        awaitEntered(1);
        assertThat(node.stats().stuck()).isZero();
        world.advance(BOUND);
        assertThat(failure().kind()).isEqualTo(FailureKind.TIMEOUT);
        world.advance(FOUND);
        assertThat(node.stats().stuck()).isEqualTo(1);
        assertThat(node.stats().running() + node.stats().queued()).isZero(); // its place is free
        assertThat(state(client)).isEqualTo(NodeState.ACTIVE);
        assertServes(client);
        gate.countDown();
        await(() -> assertThat(node.stats().stuck()).isZero());
        assertServes(client);
    }

    @Test
    void aWorkerThatAPublisherDoesNotReturnToIsCountedAndItsPlaceIsTaken() {
        Node node = node(workers(1));
        Cluster client = world.client(1);
        stream(client, "stuckFlux", BOUND);
        awaitEntered(1);
        world.advance(BOUND.plus(FOUND));
        assertThat(failure().kind()).isEqualTo(FailureKind.TIMEOUT);
        assertThat(node.stats().stuck()).isEqualTo(1);
        assertServes(client);
        gate.countDown();
        await(() -> assertThat(node.stats().stuck()).isZero());
        assertServes(client);
    }

    @Test
    void whereNobodyIsLeftToHearOfItAWorkerIsStuckAllTheSame() throws Exception {
        Node node = node(workers(1));
        Cluster client = world.client(1);
        dispatch(client, "stuck", 1, Duration.ZERO);
        awaitEntered(1);
        client.close(); // what runs is told to stop
        world.advance(FOUND);
        assertThat(node.stats().links()).isZero();
        assertThat(node.stats().stuck()).isEqualTo(1);
        assertServes(world.client(1));
    }

    @Test
    void aNodeWhoseWorkersAndTheirReplacementsAreAllStuckDrains() {
        Node node = node(workers(2));
        Cluster client = world.client(1);
        dispatch(client, "stuck", 2, BOUND);
        awaitEntered(2);
        world.advance(BOUND.plus(FOUND));
        dispatch(client, "stuck", 1, BOUND);
        awaitEntered(3);
        world.advance(BOUND.plus(FOUND));
        assertThat(node.stats().stuck()).isEqualTo(3);
        assertThat(state(client)).isEqualTo(NodeState.ACTIVE);
        assertServes(client);
        outcomes.clear();
        dispatch(client, "stuck", 1, BOUND);
        awaitEntered(4);
        outcomes.clear();
        dispatch(client, "double", 1, Duration.ofMinutes(1)); // waits at the node, behind it
        await(() -> assertThat(node.stats().queued()).isEqualTo(1));
        world.advance(BOUND.plus(FOUND));
        assertThat(node.stats().stuck()).isEqualTo(4);
        assertThat(state(client)).isEqualTo(NodeState.DRAINING);
        assertThat(node.stats().queued() + node.stats().running()).isZero(); // handed back, or given up
        gate.countDown();
        await(() -> assertThat(node.stats().stuck()).isZero());
        assertThat(state(client)).isEqualTo(NodeState.DRAINING); // it is to be restarted all the same
    }

    @Test
    void aSchedulerOfAnotherGetsNoMoreWorkersAndWhatIsStuckIsCounted() {
        Scheduler others = Schedulers.newBoundedElastic(2, 100, "others");
        try {
            Node node = node(workers(1).withWorkerScheduler(others));
            Cluster client = world.client(1);
            dispatch(client, "stuck", 1, BOUND);
            awaitEntered(1);
            world.advance(BOUND.plus(FOUND));
            assertThat(node.stats().stuck()).isEqualTo(1);
            assertThat(state(client)).isEqualTo(NodeState.DRAINING);
        } finally {
            gate.countDown();
            others.dispose();
        }
    }

    // ---- told to stop

    @Test
    void aHandlerThatBlocksIsInterruptedAsItsElementTimesOut() {
        Node node = node(workers(1));
        Cluster client = world.client(1);
        dispatch(client, "blocks", 1, BOUND);
        awaitEntered(1);
        world.advance(BOUND);
        await(() -> assertThat(interrupted).hasValue(1));
        assertThat(failure().kind()).isEqualTo(FailureKind.TIMEOUT);
        assertServes(client);
        world.advance(FOUND);
        assertThat(node.stats().stuck()).isZero();
    }

    @Test
    void whatIsInterruptedIsTheHandlerAndNotWhatRunsNext() {
        node(workers(1));
        Cluster client = world.client(1);
        for (int i = 1; i <= 20; i++) {
            outcomes.clear();
            dispatch(client, "blocks", 1, BOUND);
            awaitEntered(i);
            world.advance(BOUND);
            assertServes(client);
            assertThat(interrupted).hasValue(i);
        }
    }

    // ---- the limit

    private static NodeOptions limited() {
        return workers(1).withTaskLimit(Duration.ofMillis(1500));
    }

    private void assertLimited() {
        assertThat(failure().kind()).isEqualTo(FailureKind.TIMEOUT);
        assertThat(failure().message()).contains("longer than the 1500 ms that node a allows a task");
        assertThat(failure().node()).isEqualTo("a");
    }

    @Test
    void aHandlerThatBlocksBeyondTheLimitIsInterruptedAndFails() {
        Node node = node(limited());
        Cluster client = world.client(1);
        dispatch(client, "blocks", 1, Duration.ofMinutes(1));
        awaitEntered(1);
        world.advance(Duration.ofSeconds(3));
        await(() -> assertThat(interrupted).hasValue(1));
        assertLimited();
        assertServes(client);
        assertThat(node.stats().failed()).isEqualTo(1);
    }

    @Test
    void aHandlerThatGoesOnBeyondTheLimitFailsAndIsStuckThen() {
        Node node = node(limited());
        Cluster client = world.client(1);
        dispatch(client, "stuck", 1, Duration.ofMinutes(1));
        awaitEntered(1);
        world.advance(Duration.ofSeconds(3));
        assertLimited();
        assertThat(node.stats().stuck()).isZero();
        world.advance(FOUND);
        assertThat(node.stats().stuck()).isEqualTo(1);
        assertServes(client);
    }

    @Test
    void aMonoThatDoesNotEndWithinTheLimitIsCancelledAndFails() {
        node(limited());
        Cluster client = world.client(1);
        dispatch(client, "never", 1, Duration.ofMinutes(1));
        awaitEntered(1);
        world.advance(Duration.ofSeconds(3));
        await(() -> assertThat(cancelled).hasValue(1));
        assertLimited();
        assertServes(client);
    }

    @Test
    void aPublisherOfSeveralValuesMayTakeLongerThanTheLimit() {
        node(limited());
        Cluster client = world.client(1);
        stream(client, "several", Duration.ZERO);
        await(() -> assertThat(outcomes).containsExactly(new TaskOutcome.Success<>(4)));
        world.advance(Duration.ofMinutes(1));
        assertThat(outcomes).hasSize(1);
    }

    @Test
    void theLimitHoldsForTasksThatNobodyWaitsForToo() {
        Node node = node(workers(1).withTaskLimit(Duration.ofSeconds(20))); // longer than a lease
        Cluster client = world.client(1);
        dispatch(client, "blocks", 1, Duration.ZERO);
        awaitEntered(1);
        world.network.vanish(client.name()); // not a word of it
        world.advance(Duration.ofSeconds(15));
        assertThat(node.stats().links()).isZero();
        assertThat(node.stats().running()).isEqualTo(1);
        world.advance(Duration.ofSeconds(7));
        await(() -> assertThat(interrupted).hasValue(1));
        assertThat(node.stats().running()).isZero();
    }
}
