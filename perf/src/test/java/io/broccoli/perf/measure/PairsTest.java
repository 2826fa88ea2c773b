package io.broccoli.perf.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairsTest {

    private static final double QUIET = 1.01;
    private static final double LOUD = 2;

    private static Block block(double rate, double contention) {
        return new Block(rate, 1, 2, 3, 4, 5, 6, 7, 8, contention);
    }

    private static Pairs pairs(double[]... rates) {
        Pairs pairs = new Pairs();
        for (double[] each : rates) {
            pairs.add(block(each[0], each[2]), block(each[1], QUIET));
        }
        return pairs;
    }

    /** The machine became slower; both sides did. The median of ratios does not see it, the ratio of medians would. */
    @Test
    void eachBlockIsHeldAgainstItsNeighbour() {
        Pairs pairs = pairs(new double[] {100, 50, QUIET}, new double[] {10, 5, QUIET}, new double[] {9, 10, QUIET});
        assertThat(pairs.ratio(Block::rate)).isEqualTo(new Spread(3, 2, 0.9, 2));
        assertThat(pairs.isNoisy()).isFalse();
    }

    @Test
    void noisyPairsDoNotCountWhereThereAreQuietOnes() {
        Pairs pairs =
                pairs(new double[] {1, 1, LOUD}, new double[] {2, 1, QUIET}, new double[] {2, 1, QUIET}, new double[] {
                    2, 1, QUIET
                });
        assertThat(pairs.ratio(Block::rate)).isEqualTo(new Spread(3, 2, 2, 2));
        assertThat(pairs.isNoisy()).isFalse();
    }

    @Test
    void withoutQuietOnesAllCountAndTheRatioIsNoisy() {
        Pairs pairs = pairs(new double[] {1, 1, LOUD}, new double[] {3, 1, LOUD});
        assertThat(pairs.ratio(Block::rate).median()).isEqualTo(2);
        assertThat(ratio(pairs, 0.5).verdict()).isEqualTo("noisy");
    }

    @Test
    void verdicts() {
        Pairs pairs = pairs(new double[] {8, 10, QUIET});
        assertThat(ratio(pairs, 0.7).verdict()).isEqualTo("pass");
        assertThat(ratio(pairs, 0.9).verdict()).isEqualTo("fail");
        assertThat(ratio(pairs, Double.NaN).verdict()).isEqualTo("-");
    }

    private static Ratio ratio(Pairs pairs, double target) {
        Row row = new Row("id", "subject", Map.of(), "items/s", List.of());
        return Ratio.atLeast("goal", row, row, pairs, Block::rate, target);
    }
}
