package io.broccoli.window;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A window that fired.
 *
 * @param <K> the type of keys
 * @param <R> the type of values: a list of samples' values in the order of arrival, or the result of a fold
 * @param key the key, null if there are no keys
 * @param start the first instant of the window
 * @param end the first instant behind the window
 * @param revision 0 the first time; one higher each time that the window fires again because of a sample within the
 *     lateness, or because sessions merged
 * @param value what was in the window
 * @param early whether the window fired before the watermark reached its end, because there was no room for more
 *     samples. What comes for it later is in a further result, counted from revision 0, that does not repeat these
 *     values; sliding windows give it as late
 */
public record WindowResult<K extends @Nullable Object, R extends @Nullable Object>(
        K key, Instant start, Instant end, int revision, R value, boolean early) {}
