package io.broccoli.credit;

import io.broccoli.credit.CreditWorld.Node;
import io.broccoli.credit.CreditWorld.Producer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** Links and ledgers keep the protocol's invariants in many random worlds. */
class CreditProtocolTest {

    private static final int SEEDS = 150;
    private static final long HORIZON = TimeUnit.MINUTES.toNanos(10);

    @Test
    void allEndsOnceInACalmWorld() {
        play(world -> standard(world, 3, 3));
    }

    @Test
    void allEndsOnceThoughFramesAreLostRepeatedAndReordered() {
        play(world -> {
            world.loss = 0.3;
            world.repeat = 0.3;
            world.delay = 60 * CreditWorld.MILLI;
            standard(world, 3, 3);
        });
    }

    @Test
    void allEndsOnceThoughNodesCrash() {
        play(world -> {
            world.loss = 0.1;
            world.repeat = 0.1;
            standard(world, 3, 3);
            for (int i = 0; i < 6; i++) {
                world.after(seconds(world, 10), () -> world.nodes
                        .get(world.random.nextInt(3))
                        .crash(300 * CreditWorld.MILLI + seconds(world, 11)));
            }
        });
    }

    @Test
    void aRingThatForgetsMakesTasksRunAgainButNeverEndTwice() {
        play(world -> {
            world.loss = 0.25;
            for (int i = 0; i < 2; i++) {
                world.new Node("n" + i, 6, 2, 2);
            }
            for (int i = 0; i < 3; i++) {
                world.new Producer("p" + i, 40, 8);
            }
        });
    }

    @Test
    void creditOfCancelledWorkComesBack() {
        play(world -> {
            world.loss = 0.2;
            world.repeat = 0.2;
            standard(world, 3, 2);
            for (Producer producer : world.producers) {
                world.after(seconds(world, 3), producer::cancelAll);
            }
        });
    }

    @Test
    void moreProducersThanPlacesAreAllServed() {
        play(world -> {
            Node only = world.new Node("n", 2, 1, 16);
            for (int i = 0; i < 6; i++) {
                world.new Producer("p" + i, 10, 4);
            }
            CreditWorld.require(world.nodes.contains(only), "the node is there");
        });
    }

    private static void standard(CreditWorld world, int nodes, int producers) {
        for (int i = 0; i < nodes; i++) {
            world.new Node("n" + i, 6, 2, 32);
        }
        for (int i = 0; i < producers; i++) {
            world.new Producer("p" + i, 60, 8);
        }
    }

    private static long seconds(CreditWorld world, int most) {
        return (long) (world.random.nextDouble() * most * 1000) * CreditWorld.MILLI;
    }

    private static void play(Consumer<CreditWorld> scenario) {
        LongConsumer one = seed -> {
            CreditWorld world = new CreditWorld(seed);
            try {
                scenario.accept(world);
                world.run(HORIZON);
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError(
                        "seed " + seed + " at " + world.now / CreditWorld.MILLI + " ms: " + broken, broken);
            }
        };
        String replay = System.getProperty("broccoli.seed");
        if (replay != null) {
            one.accept(Long.parseLong(replay));
            return;
        }
        for (long seed = 0; seed < SEEDS; seed++) {
            one.accept(seed);
        }
    }
}
