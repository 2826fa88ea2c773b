package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresenceBudgetTest {

    @Test
    void itIsFullToTheByte() {
        PresenceBudget budget = new PresenceBudget(100);
        budget.keep("a", 60);
        assertThat(budget.fits("b", 40)).isTrue();
        assertThat(budget.fits("b", 41)).isFalse();
        assertThat(budget.fits("a", 100)).as("in the place of its former one").isTrue();
        assertThat(budget.fits("a", 101)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void itIsTheSumOfWhatIsKnown(long seed) {
        Random random = new Random(seed);
        PresenceBudget budget = new PresenceBudget(10_000);
        Map<String, Integer> known = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            String member = "m" + random.nextInt(50);
            int bytes = random.nextInt(1_000);
            if (random.nextInt(3) == 0) {
                budget.forget(member);
                known.remove(member);
            } else if (budget.fits(member, bytes)) {
                budget.keep(member, bytes);
                known.put(member, bytes);
            }
            long sum = known.values().stream().mapToLong(each -> each).sum();
            assertThat(budget.kept()).as("seed %d", seed).isEqualTo(sum).isLessThanOrEqualTo(budget.most());
        }
    }
}
