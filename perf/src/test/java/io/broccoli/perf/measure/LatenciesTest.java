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
    void whatTakesLongerThanAMinuteCountsAsOne() {
        Latencies latencies = new Latencies();
        latencies.record(Long.MAX_VALUE);
        assertThat(latencies.percentile(50)).isCloseTo(60e6, within(60e3));
    }
}
