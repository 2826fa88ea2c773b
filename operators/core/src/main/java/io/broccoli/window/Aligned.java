package io.broccoli.window;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of several sources at one instant.
 *
 * @param <S> the type of sources
 * @param <V> the type of values
 * @param tick the instant
 * @param values the value of each source that has one; not empty
 */
public record Aligned<S, V extends @Nullable Object>(Instant tick, Map<S, V> values) {}
