package io.broccoli.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever users bring may misbehave: its element has the failure that it must have, and nothing else notices. A failure says how
 * to play its world again ({@code -Dbroccoli.seed}). {@code -Dbroccoli.cells}, a pattern such as {@code "MAP x ROUTER x .*"}, plays
 * cells one by one.
 */
class HostileUserTest {

    private static final int WORLDS = Integer.getInteger("broccoli.worlds", 300);
    private static final int MORE_WORLDS = 5_000;
    private static final int MOST_TOLD = 10;

    @Test
    void nobodyNoticesAUserWhoMisbehaves() {
        Long seed = Long.getLong("broccoli.seed");
        if (seed != null) {
            assertThat(HostileWorlds.play(seed)).isEmpty();
            return;
        }
        String cells = System.getProperty("broccoli.cells");
        if (cells != null) {
            assertThat(HostileWorlds.playEach(cells, 0)).isEmpty();
            return;
        }
        Coverage coverage = play(0, WORLDS);
        if (WORLDS >= 300) {
            assertThat(coverage.rarerThan(3))
                    .as("pairs that were played too rarely")
                    .isEmpty();
        }
    }

    @Test
    @Tag("soak")
    void nobodyNoticesWhateverElseUsersDo() {
        Coverage coverage = play(System.nanoTime() >>> 10, MORE_WORLDS);
        assertThat(coverage.unseen()).as("cells that were not played").isEmpty();
    }

    private static Coverage play(long firstSeed, int worlds) {
        Coverage coverage = new Coverage();
        List<String> wrong = new ArrayList<>();
        int played = 0;
        long from = System.nanoTime();
        for (long seed = firstSeed; seed < firstSeed + worlds && wrong.size() < MOST_TOLD; seed++) {
            List<Cell> cells = Matrix.deal(seed);
            coverage.add(cells);
            String complaint = HostileWorlds.play(seed, cells);
            if (!complaint.isEmpty()) {
                wrong.add(complaint);
            }
            played++;
        }
        System.out.println(coverage.report(played) + "\nin " + (System.nanoTime() - from) / 1_000_000 + " ms");
        assertThat(wrong)
                .as("worlds that went wrong, of %d that were played", played)
                .isEmpty();
        return coverage;
    }
}
