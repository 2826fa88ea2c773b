package io.broccoli.examples.quickstart;

import io.broccoli.feed.Sample;
import io.broccoli.window.EventStage;
import io.broccoli.window.EventTime;
import io.broccoli.window.Window;
import io.broccoli.window.WindowResult;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Windows over the times that the earthquakes themselves state: read this second. */
final class EventTimeStream {

    static final Duration HOUR = Duration.ofHours(1);
    static final Duration DAY = Duration.ofDays(1);

    /** From one start of a day to the next. */
    static final Duration SLIDE = Duration.ofHours(12);

    private EventTimeStream() {}

    /**
     * An hour of each network. What comes more than an hour after the newest of its network may be late: it is given by
     * {@link EventStage#late}, and is in no window.
     */
    static EventStage<Sample<Tremor>, WindowResult<String, List<Sample<Tremor>>>> hours(
            Set<String> networks, double speed) {
        return byTime(networks, speed).withDisorder(HOUR).keyedBy(Sample::node).windows(Window.ofEvents(HOUR));
    }

    /** A day of all networks, twice a day. It waits for what comes hours late. */
    static EventStage<Sample<Tremor>, WindowResult<@Nullable Void, List<Sample<Tremor>>>> days(
            Set<String> networks, double speed) {
        return byTime(networks, speed).withDisorder(DAY).windows(Window.sliding(DAY, SLIDE));
    }

    /** A network of few earthquakes does not hold up the others: it is idle after a day of the replay. */
    private static EventTime<Sample<Tremor>, @Nullable Void> byTime(Set<String> networks, double speed) {
        Duration day = Duration.ofNanos((long) (DAY.toNanos() / speed));
        return EventTime.<Tremor>ofSamples()
                .withTime(sample -> tremor(sample).time())
                .withSource(Sample::node)
                .withKnownSources(networks)
                .withIdle(day.compareTo(LEAST_IDLE) < 0 ? LEAST_IDLE : day);
    }

    private static final Duration LEAST_IDLE = Duration.ofMillis(200);

    static Tremor tremor(Sample<Tremor> sample) {
        return Objects.requireNonNull(sample.value());
    }
}
