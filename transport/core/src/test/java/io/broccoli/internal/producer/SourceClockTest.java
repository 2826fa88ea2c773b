package io.broccoli.internal.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Boards without a clock, whose ticks run wrong, over a way that takes longer or shorter. */
class SourceClockTest {

    private static final long START = 1_764_522_000_000L;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.05, -0.05, 0.0001})
    void theTimeOfASampleIsWithinItsStatedErrorThoughTheTicksRunWrong(double drift) {
        long seed = Long.getLong("broccoli.seed", ThreadLocalRandom.current().nextLong());
        Random random = new Random(seed);
        SourceClock clock = new SourceClock();
        long worst = 0;
        int outside = 0;
        for (int i = 0; i < 3_600; i++) {
            long given = START + i * 500L;
            long ticks = Math.round(12_000 + (given - START) * (1 + drift));
            long way = 4 + (long) (-20 * Math.log(1 - random.nextDouble())); // 4 ms at least, 24 on average
            SourceClock.Estimate estimate = clock.estimate(ticks, given + way, 9);
            assertThat(estimate.error()).isNotNegative();
            if (i > 120) {
                long off = Math.abs(estimate.millis() - given);
                worst = Math.max(worst, off);
                outside += off > estimate.error() ? 1 : 0;
                assertThat(estimate.error()).as("seed " + seed).isLessThan(400);
            }
        }
        assertThat(outside).as("outside, seed " + seed).isZero();
        assertThat(worst).as("seed " + seed).isLessThan(60);
    }

    @Test
    void aSampleThatWaitedLongDoesNotMoveTheOthers() {
        SourceClock clock = new SourceClock();
        SourceClock.Estimate first = clock.estimate(1_000, START + 10_000, 10);
        assertThat(first.millis()).isEqualTo(START + 9_995);
        SourceClock.Estimate quick = clock.estimate(1_100, START + 5_108, 10);
        assertThat(quick.millis()).isEqualTo(START + 5_103);
        SourceClock.Estimate waited = clock.estimate(1_200, START + 9_999, 10);
        assertThat(waited.millis()).isEqualTo(START + 5_203);
        assertThat(waited.error()).isLessThanOrEqualTo(7);
    }

    @Test
    void anUnknownWayMakesTheErrorLarge() {
        SourceClock.Estimate estimate = new SourceClock().estimate(1_000, START, 0);
        assertThat(estimate.error()).isGreaterThanOrEqualTo(1_000);
    }
}
