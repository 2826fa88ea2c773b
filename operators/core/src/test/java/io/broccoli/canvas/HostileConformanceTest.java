package io.broccoli.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskOutcome;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * All conformance cases at the same time, in virtual time, over a network that loses and delays frames. {@code -Dbroccoli.seed=N}
 * plays one world again.
 */
class HostileConformanceTest {

    private static final int RUNS = 100;
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofMillis(2);
    private static final NodeOptions SMALL = NodeOptions.DEFAULTS.withQueue(20).withWorkers(4);

    static LongStream seeds() {
        Long replayed = Long.getLong("broccoli.seed");
        return replayed == null ? LongStream.range(0, RUNS) : LongStream.of(replayed);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void allCasesHoldThoughFramesAreLostAndLate(long seed) throws Exception {
        Random random = new Random(seed);
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        FaultPlan faults = FaultPlan.seeded(seed)
                .withLoss(0.1)
                .withDelay(Duration.ofMillis(1), Duration.ofMillis(1 + random.nextInt(40)));
        MemoryNetwork network = new MemoryNetwork(time, faults);
        ClusterOptions options = ClusterOptions.of("memory:hostile")
                .withTransport(network)
                .withTime(time, () -> time.now(TimeUnit.NANOSECONDS));
        List<AutoCloseable> members = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                members.add(Node.start(
                        options.withMember("n" + i),
                        SMALL.withWorkerScheduler(time),
                        BuiltInTasks.registry(BuiltInTasks.names(), time).build()));
            }
            Cluster client = Cluster.connect(options.withMember("client"));
            members.add(client);
            check(client, time, random, "seed " + seed);
        } finally {
            for (AutoCloseable member : members) {
                member.close();
            }
        }
    }

    private static void check(Cluster client, VirtualTimeScheduler time, Random random, String seed) throws Exception {
        Canvas canvas = Canvas.on(client).with(of -> of.withTimeout(DEADLINE).withAttempts(20));
        List<ConformanceTest.Case> cases =
                new ArrayList<>(ConformanceTest.cases().toList());
        Collections.shuffle(cases, random);
        Map<String, TaskOutcome<Object>> outcomes = new HashMap<>();
        for (ConformanceTest.Case each : cases) {
            canvas.outcome(each.signature()).subscribe(outcome -> {
                assertThat(outcomes.put(each.id(), outcome)).as("once: " + each).isNull();
            });
            time.advanceTimeBy(STEP.multipliedBy(random.nextInt(5)));
        }
        long end = time.now(TimeUnit.MILLISECONDS) + DEADLINE.toMillis();
        while (outcomes.size() < cases.size() && time.now(TimeUnit.MILLISECONDS) <= end) {
            time.advanceTimeBy(STEP);
        }
        for (ConformanceTest.Case each : cases) {
            assertThat(outcomes).as(seed).containsKey(each.id());
            assertThat(outcomes.get(each.id())).satisfies(outcome -> ConformanceTest.check(each, outcome));
        }
        assertThat(client.stats().inFlight()).as(seed).isZero();
        assertThat(client.stats().pending()).as(seed).isZero();
    }
}
