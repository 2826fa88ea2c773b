package io.broccoli.examples.quickstart;

import io.broccoli.place.Point;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An earthquake with its place, as the replay feeds it. */
public record Tremor(Quake quake, double latitude, double longitude) {

    /** Null if it is no earthquake, or one without a magnitude. */
    static @Nullable Tremor of(SeismicEvent event) {
        Quake quake = Quake.of(event);
        return quake == null ? null : new Tremor(quake, event.latitude(), event.longitude());
    }

    Instant time() {
        return Instant.ofEpochMilli(quake.timeMs());
    }

    double distanceTo(Tremor other) {
        return Point.of(latitude, longitude).distanceTo(Point.of(other.latitude, other.longitude));
    }
}
