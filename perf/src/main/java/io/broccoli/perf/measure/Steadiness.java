package io.broccoli.perf.measure;

/** Says when a warm-up is over: three windows in a row whose rates are within 5 % of each other. */
public final class Steadiness {

    private static final int WINDOWS = 3;
    private static final double TOLERANCE = 0.05;

    private final double[] last = new double[WINDOWS];
    private int seen;

    /** Takes the rate of one more window, and says whether it is steady now. */
    public boolean isSteadyWith(double rate) {
        last[seen++ % WINDOWS] = rate;
        if (seen < WINDOWS) {
            return false;
        }
        double least = Math.min(last[0], Math.min(last[1], last[2]));
        double most = Math.max(last[0], Math.max(last[1], last[2]));
        return most <= least * (1 + TOLERANCE);
    }
}
