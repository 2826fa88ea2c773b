package io.broccoli.internal.producer;

/**
 * How long things took lately, as a histogram of quarter octaves: a percentile is exact within a fifth. Older ones count less and
 * less.
 */
final class Durations {

    /** With fewer no percentile is known. */
    static final int LEAST = 16;

    private static final int STEPS = 4; // in an octave
    private static final int FORGOTTEN_AT = 1024;

    private final int[] counts = new int[64 * STEPS];
    private int total;

    void add(long nanos) {
        counts[step(Math.max(1, nanos))]++;
        if (++total == FORGOTTEN_AT) {
            total = 0;
            for (int i = 0; i < counts.length; i++) {
                counts[i] /= 2;
                total += counts[i];
            }
        }
    }

    private static int step(long nanos) {
        int octave = 63 - Long.numberOfLeadingZeros(nanos);
        long within = octave < 2 ? 0 : nanos - (1L << octave) >>> octave - 2; // the two bits below the highest
        return octave * STEPS + (int) within;
    }

    /** Whether enough of them are known. */
    boolean areKnown() {
        return total >= LEAST;
    }

    /** A time that this part of them did not exceed. Only where they are known. */
    long percentile(double part) {
        long wanted = (long) Math.ceil(part * total);
        int step = -1;
        for (long seen = 0; seen < wanted; ) {
            seen += counts[++step];
        }
        int octave = step / STEPS;
        return octave < 2 ? 1L << octave + 1 : (1L << octave) + (step % STEPS + 1L << octave - 2);
    }
}
