package io.broccoli.window;

import org.jspecify.annotations.Nullable;

/**
 * A value between two others.
 *
 * @param <V> the type of values
 */
@FunctionalInterface
public interface Interpolation<V extends @Nullable Object> {

    /** Numbers, on a straight line. */
    Interpolation<Double> LINEAR = (before, after, fraction) -> before + (after - before) * fraction;

    /** @param fraction above 0 and below 1: how far between the two */
    V between(V before, V after, double fraction);
}
