package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Hedging;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import io.broccoli.cluster.RateLimit;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.transport.memory.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Waits without end, and clocks that begin anywhere: each timer is kept. */
class ClocksTest {

    private static final Duration SOON = Duration.ofSeconds(2);

    private final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();

    private void dispatch(Cluster client, String task, DispatchOptions options) {
        client.dispatch(Mono.just(7), Calls.<Integer>of(task), options).subscribe(outcomes::add, failed -> {});
    }

    private void assertTimedOut() {
        assertThat(outcomes).hasSize(1);
        assertThat(((TaskOutcome.Failure<Integer>) outcomes.get(0)).kind()).isEqualTo(FailureKind.TIMEOUT);
    }

    // ---- waits without end

    static List<Duration> forEver() {
        return List.of(
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofNanos(Long.MAX_VALUE / 2),
                Duration.ofSeconds(Long.MAX_VALUE),
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
    }

    private static List<DispatchOptions> options(Duration wait) {
        DispatchOptions defaults = DispatchOptions.DEFAULTS;
        return List.of(
                defaults.withTimeout(wait),
                defaults.withExpiry(wait),
                defaults.withTimeout(wait).withExpiry(wait),
                defaults.withTimeout(wait).withDelay(wait),
                defaults.withTimeout(wait)
                        .withRetry(RetryPolicy.backoff(3, Duration.ofMillis(1)).withMaxBackoff(wait)),
                defaults.withTimeout(wait).withRetry(RetryPolicy.backoff(3, wait)),
                defaults.withTimeout(wait).withHedging(Hedging.stragglers().withAtLeast(wait)),
                defaults.withTimeout(wait).withRate(RateLimit.of(1, wait)));
    }

    @ParameterizedTest
    @MethodSource("forEver")
    void aWaitWithoutEndStopsNoOtherTimer(Duration wait) throws Exception {
        for (DispatchOptions endless : options(wait)) {
            outcomes.clear();
            try (World world = new World()) {
                world.node("a");
                Cluster client = world.client(1);
                List<Object> waiting = new ArrayList<>();
                client.dispatch(Flux.range(0, 20), Calls.<Integer>of("slow"), endless)
                        .concatWith(client.dispatch(Mono.just("no"), Calls.of("fail"), endless))
                        .subscribe(waiting::add, waiting::add);
                dispatch(client, "never", DispatchOptions.DEFAULTS.withTimeout(Duration.ofSeconds(1)));
                world.advance(SOON);
                assertTimedOut();
                boolean sent = endless.delay().isZero();
                if (sent && endless.rate() == null) {
                    assertThat(waiting).hasSizeGreaterThanOrEqualTo(20);
                } else if (!sent) {
                    assertThat(waiting).isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forEver")
    void nodesMayBeWaitedForWithoutEnd(Duration wait) throws Exception {
        try (World world = new World()) {
            Cluster client = world.client(0);
            List<NodeInfo> there = new ArrayList<>();
            client.awaitNodes(1, wait).subscribe(there::addAll, failed -> {
                throw new AssertionError(failed);
            });
            world.advance(SOON);
            assertThat(there).isEmpty();
            var node = world.node("a");
            world.advance(SOON);
            assertThat(there).hasSize(1);
            List<Object> drained = new ArrayList<>();
            node.drain(wait).subscribe(drained::add, drained::add);
            world.advance(SOON);
            assertThat(drained).hasSize(1);
        }
    }

    // ---- clocks

    /** Below zero, through zero, and beyond the largest number. */
    static List<Long> starts() {
        long second = TimeUnit.SECONDS.toNanos(1);
        return List.of(
                -1_000 * second,
                -8 * second,
                -second - 1_000_000,
                -second / 2,
                0L,
                Long.MAX_VALUE - 1_000 * second,
                Long.MAX_VALUE - 8 * second,
                Long.MAX_VALUE - second / 2,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1);
    }

    private static World world(long start) {
        return new World(FaultPlan.NONE.withDelay(Duration.ofMillis(1)), start);
    }

    @ParameterizedTest
    @MethodSource("starts")
    void timeIsKeptWhereverTheClockBegins(long start) throws Exception {
        try (World world = world(start)) {
            world.node("a");
            Cluster client = world.client(1);
            dispatch(client, "never", DispatchOptions.DEFAULTS.withTimeout(Duration.ofSeconds(1)));
            world.advance(Duration.ofMillis(900));
            assertThat(outcomes).isEmpty();
            world.advance(Duration.ofMillis(200));
            assertTimedOut();
            outcomes.clear();
            dispatch(
                    client,
                    "slow",
                    DispatchOptions.DEFAULTS.withDelay(Duration.ofSeconds(2)).withRate(RateLimit.perSecond(10)));
            world.advance(Duration.ofMillis(1_900));
            assertThat(outcomes).isEmpty();
            world.advance(Duration.ofMillis(200));
            assertThat(outcomes).containsExactly(new TaskOutcome.Success<>(7));
            outcomes.clear();
            dispatch(client, "unknown", DispatchOptions.DEFAULTS);
            world.advance(Duration.ofSeconds(3));
            assertThat(outcomes).hasSize(1);
            assertThat(((TaskOutcome.Failure<Integer>) outcomes.get(0)).kind()).isEqualTo(FailureKind.UNKNOWN_TASK);
        }
    }

    @ParameterizedTest
    @MethodSource("starts")
    void aRateHoldsWhereverTheClockBegins(long start) throws Exception {
        try (World world = world(start)) {
            world.node("a");
            Cluster client = world.client(1);
            client.dispatch(
                            Flux.range(0, 100),
                            Calls.<Integer>of("slow"),
                            DispatchOptions.DEFAULTS.withRate(
                                    RateLimit.perSecond(10).withBurst(1)))
                    .subscribe(outcomes::add);
            world.advance(Duration.ofSeconds(5));
            assertThat(outcomes.size()).isBetween(45, 55);
        }
    }

    @ParameterizedTest
    @MethodSource("starts")
    void silenceIsNoticedWhereverTheClockBegins(long start) throws Exception {
        try (World world = world(start)) {
            world.node("a");
            Cluster client = world.client(1);
            dispatch(client, "slow", DispatchOptions.DEFAULTS);
            world.advance(Duration.ofSeconds(1));
            assertThat(outcomes).hasSize(1);
            world.network.divide("a", client.name());
            dispatch(client, "slow", DispatchOptions.DEFAULTS.withTimeout(Duration.ofMinutes(1)));
            world.advance(Duration.ofSeconds(10));
            assertThat(client.nodes().get(0).state()).isEqualTo(NodeState.STALLED);
            world.network.heal("a", client.name());
            world.advance(Duration.ofSeconds(10));
            assertThat(outcomes).hasSize(2);
        }
    }

    @Test
    void aRateOfOneTaskInAnAgeLetsOneThrough() throws Exception {
        try (World world = new World()) {
            world.node("a");
            world.client(1)
                    .dispatch(
                            Flux.range(0, 3),
                            Calls.<Integer>of("slow"),
                            DispatchOptions.DEFAULTS.withRate(RateLimit.of(1, Duration.ofSeconds(Long.MAX_VALUE))))
                    .subscribe(outcomes::add, failed -> {});
            world.advance(SOON);
            assertThat(outcomes).hasSize(1);
        }
    }
}
