package io.broccoli.perf.throughput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.perf.measure.Load;
import org.junit.jupiter.api.Test;

class YardstickRunTest {

    private static final int BYTES = 10;

    private final YardstickRun run = new YardstickRun(new Load(40, 64, 32));

    @Test
    void aLastBatchThatIsNotFull() throws InterruptedException {
        batch(0, 32);
        batch(32, 40);
        var done = run.await();
        assertThat(done.items()).isEqualTo(40);
        assertThat(done.messages()).isEqualTo(4);
        assertThat(done.payloadBytes()).isEqualTo(4 * BYTES);
        assertThat(done.latencies().count()).isEqualTo(3);
    }

    private void batch(int from, int to) throws InterruptedException {
        run.awaitRoom();
        run.sent(from, to);
        run.carried(BYTES);
        for (int id = from; id < to; id++) {
            run.result(id, id + Sums.ADDEND, System.nanoTime());
        }
        run.heard(BYTES);
    }

    @Test
    void aWrongResult() {
        assertThatThrownBy(() -> run.result(3, 4, 0)).hasMessageContaining("item 3 gave 4");
    }

    @Test
    void aResultThatComesTwice() {
        run.result(3, 3 + Sums.ADDEND, 0);
        assertThatThrownBy(() -> run.result(3, 3 + Sums.ADDEND, 0)).hasMessageContaining("item 3 came twice");
    }
}
