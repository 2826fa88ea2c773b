package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.process.ChildProcess;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More elements than memory would hold go from a source that is faster than the cluster; nothing grows. */
@Tag("brokers")
class ManyElementsTest {

    private static final int NODES = 2;
    private static final int QUEUE = 254;
    private static final int WORKERS = 2;

    @Test
    void halfAMillion() throws Exception {
        run(500_000);
    }

    @Test
    @Tag("soak")
    void tenMillions() throws Exception {
        run(10_000_000);
    }

    private static void run(int count) throws Exception {
        try (RealCluster real = RealCluster.start()) {
            for (int i = 0; i < NODES; i++) {
                real.node("node-" + i, QUEUE, WORKERS);
            }
            real.awaitReady();
            ChildProcess client = real.process(
                    StreamMain.class,
                    List.of("-Xmx64m", "-XX:+UseSerialGC"),
                    List.of(Integer.toString(count), Integer.toString(NODES)));
            long broker = real.broker.handle().pid();
            long heapBefore = Figures.parse(client.nextLine()).get("heap");
            double brokerBefore = Processes.residentMemory(broker);
            long heapAfter = Figures.parse(client.nextLine()).get("heap");
            double brokerAfter = Processes.residentMemory(broker);
            Figures figures = Figures.parse(client.nextLine());
            System.out.printf(
                    "%d elements: %s; heap %.1f MB at 10 %%, %.1f MB at 90 %%; broker %.1f MB, %.1f MB%n",
                    count, figures, heapBefore / 1e6, heapAfter / 1e6, brokerBefore, brokerAfter);
            assertThat(figures.get("received")).isEqualTo(count);
            assertThat(figures.get("missing")).isZero();
            assertThat(figures.get("twice")).isZero();
            assertThat(figures.get("sourceRate")).isGreaterThan(4 * figures.get("rate"));
            assertThat((double) heapAfter).isLessThan(1.1 * heapBefore + 1e6);
            assertThat(brokerAfter).isLessThan(1.1 * brokerBefore + 1);
            for (int i = 0; i < NODES; i++) {
                Figures node = real.figures("node-" + i);
                System.out.println("  node-" + i + ": " + node);
                assertThat(node.get("maxHeld")).isBetween(1L, (long) QUEUE + WORKERS);
                assertThat(node.get("refused")).isZero();
            }
        }
    }
}
