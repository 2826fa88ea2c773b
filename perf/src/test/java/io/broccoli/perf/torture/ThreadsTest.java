package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.perf.process.ChildProcess;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Work in flight costs no threads. */
@Tag("brokers")
class ThreadsTest {

    private static final int CHAINS = 10_000;
    private static final int WORKERS = CHAINS / 2;

    @Test
    void tenThousandChainsOfThreeInOneStreamNeedFew() throws Exception {
        run(false);
    }

    @Test
    @Tag("soak")
    void tenThousandChainsOfThreeEachRunOnItsOwnNeedFew() throws Exception {
        run(true);
    }

    private static void run(boolean each) throws Exception {
        try (RealCluster real = RealCluster.start()) {
            // No node has all three tasks, so that each step is a message of its own.
            node(real, "odd-1", "first", "third");
            node(real, "odd-2", "first", "third");
            node(real, "even-1", "second");
            node(real, "even-2", "second");
            ChildProcess client = real.process(
                    ChainsMain.class, List.of(), List.of(Integer.toString(CHAINS), "4", Boolean.toString(each)));
            Figures figures = Figures.parse(client.nextLine());
            int processors = Runtime.getRuntime().availableProcessors();
            System.out.printf("threads: %s, on %d processors%n", figures, processors);
            assertThat(figures.get("received")).isEqualTo(CHAINS);
            assertThat(figures.get("inFlight")).isGreaterThan(each ? CHAINS / 2 : WORKERS);
            assertThat(figures.get("threads")).isLessThanOrEqualTo(processors + 4);
        }
    }

    private static void node(RealCluster real, String name, String... names) {
        TaskRegistry.Builder tasks = TaskRegistry.builder();
        for (String each : names) {
            tasks.task(each, "x", Integer.class, x -> Mono.delay(Duration.ofSeconds(1))
                    .thenReturn(x + 1));
        }
        NodeOptions options = NodeOptions.DEFAULTS
                .withMaxTask(1024)
                .withWorkers(WORKERS)
                .withQueue(WORKERS)
                .withWorkerScheduler(Schedulers.parallel());
        real.with(Node.start(real.options(name), options, tasks.build()));
    }
}
