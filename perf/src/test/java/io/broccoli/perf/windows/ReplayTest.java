package io.broccoli.perf.windows;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Replays check their windows themselves; how fast they are is not looked at. */
class ReplayTest {

    @Test
    void steeringHoldsWhatItSaysAndANaiveMergeMore() {
        try (ReplayMain replay = new ReplayMain(2, 10_000)) {
            assertThat(replay.run(ReplayMain.STEERED).held()).isLessThanOrEqualTo(replay.bound());
            assertThat(replay.run(ReplayMain.NAIVE).held()).isGreaterThan(2 * replay.bound());
        }
    }
}
