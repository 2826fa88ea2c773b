package io.broccoli.examples.events;

import io.broccoli.feed.Position;
import org.jspecify.annotations.Nullable;

/** What a line says. Sources, keys and values are any JSON. */
public sealed interface Event {

    /**
     * A sample.
     *
     * @param time its event time, in milliseconds since 1970
     * @param side of a join; empty elsewhere
     * @param position in the feed; null if the line does not state it
     */
    record Sample(
            Object source,
            long time,
            @Nullable Object key,
            @Nullable Object value,
            String side,
            @Nullable Position position)
            implements Event {}

    /** A source is known, and has given nothing yet. */
    record Joined(Object source) implements Event {}

    /** A source gives nothing more. */
    record Ended(Object source) implements Event {}

    /** A source was asked and gave nothing for the idle time. */
    record Idle(Object source) implements Event {}
}
