package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whole members keep their promises in dozens of hostile worlds of each kind, the same ones each time. A failure says how to play
 * its world again, with a trace on standard output.
 */
class MemberSimulationTest {

    private static final int WORLDS = Integer.getInteger("broccoli.worlds", 60); // of each scenario
    private static final int MORE_WORLDS = 5_000;

    @TestFactory
    Stream<DynamicTest> nothingBreaksInAnyWorldOf() {
        String scenario = System.getProperty("broccoli.scenario");
        if (scenario != null) {
            long seed = Long.getLong("broccoli.seed", 0);
            return Stream.of(DynamicTest.dynamicTest(
                    scenario + " " + seed, () -> check(SimScenarios.play(scenario, seed, true))));
        }
        return SimScenarios.names().stream().map(name -> DynamicTest.dynamicTest(name, () -> playAll(name, 0, WORLDS)));
    }

    @Test
    @Tag("soak")
    void nothingBreaksInWorldsThatNobodyHasSeenBefore() throws Exception {
        for (String scenario : SimScenarios.names()) {
            playAll(scenario, System.nanoTime(), MORE_WORLDS);
        }
    }

    /** On two threads. */
    private static void playAll(String scenario, long firstSeed, int worlds) throws Exception {
        int half = worlds / 2;
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Callable<String>> halves = List.of(
                    () -> SimScenarios.play(scenario, firstSeed, half),
                    () -> SimScenarios.play(scenario, firstSeed + half, worlds - half));
            for (Future<String> played : threads.invokeAll(halves)) {
                check(played.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void check(String broken) {
        assertThat(broken).isEmpty();
    }
}
