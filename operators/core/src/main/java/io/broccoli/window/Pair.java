package io.broccoli.window;

import org.jspecify.annotations.Nullable;

/**
 * Two values of one key that a join put together.
 *
 * @param <K> the type of keys
 * @param <A> the type of the values of side a
 * @param <B> the type of the values of side b
 * @param key the key, null if there are no keys
 * @param a the value of side a
 * @param b the value of side b; null where an as-of join found none
 */
public record Pair<K extends @Nullable Object, A extends @Nullable Object, B extends @Nullable Object>(
        K key, A a, B b) {}
