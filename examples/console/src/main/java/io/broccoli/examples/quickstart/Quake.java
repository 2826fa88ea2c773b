package io.broccoli.examples.quickstart;

import org.jspecify.annotations.Nullable;

/** An earthquake, as it goes to a node. */
public record Quake(String network, String code, long timeMs, double magnitude, String place) {

    private static final double DIGITS = 1e4; // of a magnitude behind its point: more than the catalog's two

    /** A board of seven digits gives 4.3000002 back for 4.3: it is the same earthquake. */
    public Quake {
        magnitude = Math.rint(magnitude * DIGITS) / DIGITS;
    }

    /** Null if it is no earthquake, or one without a magnitude. */
    static @Nullable Quake of(SeismicEvent event) {
        Double magnitude = event.magnitude();
        return event.isEarthquake() && magnitude != null
                ? new Quake(event.network(), event.code(), event.timeMs(), magnitude, event.place())
                : null;
    }

    /** The energy that it radiated: log10 E[J] = 1.5 M + 4.8 (Gutenberg and Richter). */
    double joules() {
        return Math.pow(10, 1.5 * magnitude + 4.8);
    }

    /** The stronger of two; of two alike the earlier, so that the order in which quakes are compared does not matter. */
    Quake strongerOf(Quake other) {
        if (magnitude != other.magnitude) {
            return magnitude > other.magnitude ? this : other;
        }
        if (timeMs != other.timeMs) {
            return timeMs < other.timeMs ? this : other;
        }
        return code.compareTo(other.code) <= 0 ? this : other;
    }
}
