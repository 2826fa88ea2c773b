package io.broccoli.examples.quickstart;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of the catalog, as it was published.
 *
 * @param network code of the seismic network that contributed it
 * @param code the network's own number for it
 * @param magnitude null where none was given
 * @param type earthquake, or what else shook the ground
 */
public record SeismicEvent(
        long timeMs,
        String network,
        String code,
        double longitude,
        double latitude,
        @Nullable Double magnitude,
        String type,
        String place) {

    /** @param fields of a line, in the order of the file's header */
    static SeismicEvent of(List<String> fields) {
        return new SeismicEvent(
                Long.parseLong(fields.get(0)),
                fields.get(1),
                fields.get(2),
                Double.parseDouble(fields.get(3)),
                Double.parseDouble(fields.get(4)),
                fields.get(6).isEmpty() ? null : Double.valueOf(fields.get(6)),
                fields.get(8),
                fields.get(9));
    }

    boolean isEarthquake() {
        return type.equals("earthquake");
    }
}
