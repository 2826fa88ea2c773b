package io.broccoli.examples.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether two digests say the same: counts and strongest events exactly, energies within 1e-9, because partial sums add in
 * another order; within 1e-5 where boards helped, some of which compute with seven digits.
 *
 * @param tolerance largest relative difference of two energies that agree
 * @param figures how many figures were compared
 * @param worst the largest relative difference of two energies
 * @param differences what does not agree, in words
 */
record Agreement(double tolerance, int figures, double worst, List<String> differences) {

    private static final double TOLERANCE = 1e-9;
    private static final double TOLERANCE_WITH_BOARDS = 1e-5;

    static Agreement of(Digest ours, Digest theirs, boolean boardsHelped) {
        TreeSet<String> networks = new TreeSet<>(ours.networks().keySet());
        networks.addAll(theirs.networks().keySet());
        Comparison comparison = new Comparison(boardsHelped ? TOLERANCE_WITH_BOARDS : TOLERANCE);
        comparison.add("all", ours.all(), theirs.all());
        networks.forEach(network -> comparison.add(
                network, ours.networks().get(network), theirs.networks().get(network)));
        return new Agreement(
                comparison.tolerance, comparison.figures, comparison.worst, List.copyOf(comparison.differences));
    }

    boolean holds() {
        return differences.isEmpty();
    }

    private static final class Comparison {
        private final double tolerance;
        private final List<String> differences = new ArrayList<>();
        private double worst;
        private int figures;

        Comparison(double tolerance) {
            this.tolerance = tolerance;
        }

        void add(String network, @Nullable Tally ours, @Nullable Tally theirs) {
            if (ours == null || theirs == null) {
                figures++;
                differences.add(network + ": " + ours + " here, " + theirs + " there");
                return;
            }
            double difference = Math.abs(ours.joules() - theirs.joules()) / Math.abs(theirs.joules());
            worst = Math.max(worst, difference);
            check(network + ": count", ours.count() == theirs.count(), ours.count(), theirs.count());
            check(network + ": energy", difference <= tolerance, ours.joules(), theirs.joules());
            check(
                    network + ": strongest",
                    Objects.equals(ours.strongest(), theirs.strongest()),
                    ours.strongest(),
                    theirs.strongest());
        }

        private void check(String what, boolean same, Object ours, Object theirs) {
            figures++;
            if (!same) {
                differences.add(what + ": " + ours + " from the cluster, " + theirs + " in plain Java");
            }
        }
    }
}
