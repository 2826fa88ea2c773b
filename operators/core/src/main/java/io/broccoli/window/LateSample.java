package io.broccoli.window;

import java.time.Instant;

/**
 * A sample that came after its windows were gone, or behind the watermark of a join.
 *
 * @param <T> the type of the elements
 * @param element the element
 * @param watermark the watermark that it missed
 */
public record LateSample<T>(T element, Instant watermark) {}
