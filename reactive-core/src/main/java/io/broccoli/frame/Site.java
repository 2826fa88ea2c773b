package io.broccoli.frame;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The location and the labels of a node.
 *
 * @param labels free labels by which work can be routed, for example {@code network=ak}
 * @param latitude degrees north; null if not known
 * @param longitude degrees east; null if not known
 */
public record Site(
        Map<String, String> labels,
        @Nullable Double latitude,
        @Nullable Double longitude) {

    /** No labels and no location. */
    public static final Site UNKNOWN = new Site(Map.of(), null, null);

    public Site {
        labels = Map.copyOf(labels);
    }
}
