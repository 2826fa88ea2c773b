package io.broccoli.perf.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Blocks of two subjects that took turns, A B A B. Each block of A is held against the block of B that followed it, so that what
 * slowed both down cancels out.
 */
public final class Pairs {

    /** Fewer quiet pairs than this, and all count, but as noisy. */
    private static final int LEAST_QUIET = 3;

    private record Pair(Block a, Block b) {
        boolean isQuiet() {
            return !a.isNoisy() && !b.isNoisy();
        }
    }

    private final List<Pair> pairs = new ArrayList<>();

    /** Of two subjects, the blocks of each turn. */
    public static Pairs of(List<Block> a, List<Block> b) {
        Pairs pairs = new Pairs();
        for (int turn = 0; turn < a.size(); turn++) {
            pairs.add(a.get(turn), b.get(turn));
        }
        return pairs;
    }

    public void add(Block a, Block b) {
        pairs.add(new Pair(a, b));
    }

    /** How many pairs there are in which both blocks were quiet. */
    public int quiet() {
        return (int) pairs.stream().filter(Pair::isQuiet).count();
    }

    /** Whether somebody else had the processors in too many of them. */
    public boolean isNoisy() {
        return quiet() < Math.min(LEAST_QUIET, pairs.size());
    }

    /** The ratios A / B of a figure: of quiet pairs where there are enough, else of all. */
    public Spread ratio(ToDoubleFunction<Block> figure) {
        return Spread.of(judged().stream()
                .map(pair -> figure.applyAsDouble(pair.a) / figure.applyAsDouble(pair.b))
                .toList());
    }

    private List<Pair> judged() {
        return isNoisy() ? pairs : pairs.stream().filter(Pair::isQuiet).toList();
    }
}
