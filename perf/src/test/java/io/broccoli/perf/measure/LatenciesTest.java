package io.broccoli.perf.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void percentilesInMicroseconds() {
        Latencies latencies = new Latencies();
        for (int i = 1; i <= 1_000; i++) {
            latencies.record(i * 1_000L);
        }
        assertThat(latencies.percentile(50)).isCloseTo(500, within(1.0));
        assertThat(latencies.percentile(99)).isCloseTo(990, within(2.0));
        assertThat(latencies.percentile(100)).isCloseTo(1_000, within(2.0));
    }

    @Test
    void nothingRecorded() {
        assertThat(new Latencies().percentile(50)).isNaN();
    }

    @Test
    void addedUp() {
        Latencies one = new Latencies();
        one.record(1_000);
        Latencies other = new Latencies();
        other.record(Long.MAX_VALUE);
        one.add(other);
        assertThat(one.count()).isEqualTo(2);
        assertThat(one.percentile(50)).isCloseTo(1, within(0.01));
    }
}
