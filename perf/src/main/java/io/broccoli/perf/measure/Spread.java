package io.broccoli.perf.measure;

import java.util.Arrays;
import java.util.Collection;

/** Several readings of one figure. All are NaN where there is none. */
public record Spread(int n, double median, double min, double max) {

    /** The median of an even number of readings is the mean of the two in the middle. Readings that are NaN are left out. */
    public static Spread of(Collection<Double> readings) {
        double[] sorted = readings.stream()
                .mapToDouble(Double::doubleValue)
                .filter(each -> !Double.isNaN(each))
                .sorted()
                .toArray();
        int n = sorted.length;
        if (n == 0) {
            return new Spread(0, Double.NaN, Double.NaN, Double.NaN);
        }
        double median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
        return new Spread(n, median, sorted[0], sorted[n - 1]);
    }

    public static Spread of(double... readings) {
        return of(Arrays.stream(readings).boxed().toList());
    }
}
