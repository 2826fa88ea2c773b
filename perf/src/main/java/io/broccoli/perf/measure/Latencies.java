package io.broccoli.perf.measure;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Latencies of one block, to three digits, up to a minute. One thread at a time records. */
public final class Latencies {

    private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

    private final Histogram histogram = new Histogram(LONGEST, 3);

    /** What is longer than a minute counts as a minute. */
    public void record(long nanos) {
        histogram.recordValue(Math.min(LONGEST, Math.max(0, nanos)));
    }

    public long count() {
        return histogram.getTotalCount();
    }

    /** In microseconds; NaN if nothing was recorded. */
    public double percentile(double percent) {
        return count() == 0 ? Double.NaN : histogram.getValueAtPercentile(percent) / 1e3;
    }
}
