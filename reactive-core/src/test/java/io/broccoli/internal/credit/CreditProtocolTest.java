package io.broccoli.internal.credit;

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
 * Links and ledgers keep the protocol's invariants in thousands of hostile worlds, the same ones each time. A failure says how to
 * play its world again, with a trace on standard output.
 */
class CreditProtocolTest {

    private static final int WORLDS = 100; // of each scenario
    private static final int MORE_WORLDS = 5_000;

    @TestFactory
    Stream<DynamicTest> theInvariantsHoldInEachWorldOf() {
        String scenario = System.getProperty("broccoli.scenario");
        if (scenario != null) {
            long seed = Long.getLong("broccoli.seed", 0);
            return Stream.of(
                    DynamicTest.dynamicTest(scenario + " " + seed, () -> check(Scenarios.play(scenario, seed, true))));
        }
        return Scenarios.names().stream().map(name -> DynamicTest.dynamicTest(name, () -> playAll(name, 0, WORLDS)));
    }

    @Test
    @Tag("soak")
    void theInvariantsHoldInWorldsThatNobodyHasSeenBefore() throws Exception {
        for (String scenario : Scenarios.names()) {
            playAll(scenario, System.nanoTime(), MORE_WORLDS);
        }
    }

    /** On two threads. */
    private static void playAll(String scenario, long firstSeed, int worlds) throws Exception {
        int half = worlds / 2;
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Callable<String>> halves = List.of(
                    () -> Scenarios.play(scenario, firstSeed, half),
                    () -> Scenarios.play(scenario, firstSeed + half, worlds - half));
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
