package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** A busy stream is disposed of: after a round trip no more of its tasks start anywhere. */
@Tag("brokers")
class DisposeTest {

    private static final int NODES = 3;

    @Test
    void nothingStartsAfterARoundTripAndNothingIsQueued() throws Exception {
        try (RealCluster real = RealCluster.start()) {
            for (int i = 0; i < NODES; i++) {
                real.node("node-" + i, 60, 4);
            }
            real.awaitReady();
            Cluster client = real.client(NODES);
            for (int round = 0; round < 3; round++) {
                Endless source = new Endless();
                Receipts receipts = new Receipts();
                Disposable stream = receipts.of(source.flux().transform(Labour.stage(RealCluster.canvas(client), 20)));
                receipts.rate(Duration.ofSeconds(2));
                assertThat(held(real)).isPositive();
                stream.dispose();
                Thread.sleep(250); // more than a round trip on this machine, whatever else it does
                List<Long> after = started(real);
                int taken = source.taken.get();
                Thread.sleep(2_000);
                System.out.printf("dispose: %d taken, started %s, later %s%n", taken, after, started(real));
                assertThat(started(real)).isEqualTo(after);
                assertThat(source.taken.get()).isEqualTo(taken);
                assertThat(held(real)).isZero();
                for (int i = 0; i < NODES; i++) {
                    assertThat(real.figures("node-" + i).get("unused")).isZero();
                }
                assertThat(client.stats().inFlight()).isZero();
                assertThat(client.stats().pending()).isZero();
            }
        }
    }

    private static List<Long> started(RealCluster real) throws Exception {
        List<Long> started = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            started.add(real.figures("node-" + i).get("started"));
        }
        return started;
    }

    private static long held(RealCluster real) throws Exception {
        long held = 0;
        for (int i = 0; i < NODES; i++) {
            held += real.figures("node-" + i).get("held");
        }
        return held;
    }
}
