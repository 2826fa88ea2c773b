package io.broccoli.perf.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void oddNumberOfReadings() {
        assertThat(Spread.of(5, 1, 3)).isEqualTo(new Spread(3, 3, 1, 5));
    }

    @Test
    void evenNumberOfReadings() {
        assertThat(Spread.of(4, 1, 2, 10)).isEqualTo(new Spread(4, 3, 1, 10));
    }

    @Test
    void readingsThatAreNoneAreLeftOut() {
        assertThat(Spread.of(Double.NaN, 7)).isEqualTo(new Spread(1, 7, 7, 7));
        assertThat(Spread.of(Double.NaN).median()).isNaN();
    }
}
