package io.broccoli.internal.producer;

import io.broccoli.feed.Position;
import io.broccoli.feed.Sample;
import io.broccoli.frame.Payload;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Values;
import io.broccoli.internal.view.Fault;
import io.broccoli.internal.view.ViewProgram;
import io.broccoli.internal.view.ViewRun;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads what one node gives to a feed: items as they travel become samples. Belongs to the executor. */
final class FeedItems {

    /** The farthest time from 1970, either way, in milliseconds: a year of five digits. */
    private static final long FARTHEST = 3_000_000_000_000_000L;

    private final String node;
    private final String task;
    private final Type type;
    private final Values values;
    private final Clocks clocks;
    private SourceClock clock = new SourceClock();
    private long clockEpoch;
    private @Nullable LocalView view; // if it runs here
    private @Nullable Position read; // by it

    /**
     * What is known here of time.
     *
     * @param now milliseconds of this member's clock
     * @param way the shortest way to the node and back, in milliseconds; 0: not known
     */
    record Clocks(LongSupplier now, LongSupplier way) {}

    FeedItems(String node, String task, Type type, Values values, Clocks clocks) {
        this.node = node;
        this.task = task;
        this.type = type;
        this.values = values;
        this.clocks = clocks;
    }

    /** The view runs here from now on; one that ran already goes on. */
    void runs(ViewProgram program) {
        view = view == null ? new LocalView(program) : view;
    }

    /** The node gives results. */
    void runsNothing() {
        view = null;
        read = null;
    }

    /** The last reading that a view took that runs here; null if there is none. */
    @Nullable Position read() {
        return read;
    }

    private record Item(
            long epoch,
            long sequence,
            long missed,
            long time,
            @Nullable Object value,
            long timeError,
            long used) {}

    /** A sample; or a success without a value, if it gives none. */
    TaskOutcome<?> read(Payload payload) {
        Item item;
        try {
            item = item(values.decodePlain(payload));
        } catch (MalformedFrameException failed) {
            return unreadable(String.valueOf(failed.getMessage()));
        }
        if (item == null) {
            return unreadable("it is no list of five to seven, or a number of it is out of range");
        }
        LocalView local = view;
        if (local != null && item.used == 1) {
            try {
                item = viewed(local, item);
            } catch (Fault fault) {
                String message = "Step " + fault.step() + " of the view: " + fault.message();
                return TaskOutcome.Failure.of(FailureKind.TASK_FAILED, message, task)
                        .atStep(fault.step())
                        .on(node, 1);
            }
        }
        return item == null ? new TaskOutcome.Success<>(null) : sample(item);
    }

    private @Nullable Item viewed(LocalView local, Item item) throws Fault {
        ViewRun.Reading reading =
                new ViewRun.Reading(item.sequence, item.missed, item.time, item.timeError, item.value);
        ViewRun.Result result = local.take(item.epoch, reading);
        read = new Position(item.epoch, item.sequence);
        return result == null
                ? null
                : new Item(
                        item.epoch,
                        result.sequence(),
                        result.missed(),
                        result.time(),
                        result.value(),
                        result.timeError(),
                        result.used());
    }

    private TaskOutcome<?> sample(Item item) {
        Object value = null;
        if (item.used > 0) {
            try {
                value = values.convert(item.value, type);
            } catch (ForeignFailure failed) {
                return unreadable(failed.message());
            }
        }
        long time = item.time;
        long error = item.timeError;
        if (error == SourceClock.NOT_SET) {
            if (item.epoch != clockEpoch) {
                clockEpoch = item.epoch;
                clock = new SourceClock();
            }
            SourceClock.Estimate estimate =
                    clock.estimate(time, clocks.now().getAsLong(), clocks.way().getAsLong());
            time = estimate.millis();
            error = estimate.error();
        }
        return new TaskOutcome.Success<>(new Sample<>(
                node,
                item.epoch,
                item.sequence,
                item.missed,
                Instant.ofEpochMilli(time),
                value,
                Duration.ofMillis(error),
                item.used));
    }

    private static @Nullable Item item(@Nullable Object plain) {
        if (!(plain instanceof List<?> parts) || parts.size() < 5) {
            return null;
        }
        Item item = new Item(
                whole(parts, 0, -1),
                whole(parts, 1, -1),
                whole(parts, 2, -1),
                whole(parts, 3, Long.MIN_VALUE),
                parts.get(4),
                whole(parts, 5, 0),
                whole(parts, 6, 1));
        boolean positive = item.epoch >= 0 && item.sequence >= 0 && item.missed >= 0 && item.used >= 0;
        return positive
                        && item.time >= -FARTHEST
                        && item.time <= FARTHEST
                        && item.timeError >= SourceClock.NOT_SET
                        && item.timeError <= FARTHEST
                ? item
                : null;
    }

    /** An integer of at most 64 bits; missing ones at the end have their default, anything else is out of range. */
    private static long whole(List<?> parts, int at, long otherwise) {
        if (at >= parts.size()) {
            return otherwise;
        }
        Object part = parts.get(at);
        return part instanceof Integer || part instanceof Long ? ((Number) part).longValue() : Long.MIN_VALUE;
    }

    private TaskOutcome<?> unreadable(String why) {
        return TaskOutcome.Failure.of(FailureKind.CONVERSION, "A sample cannot be read: " + why, task)
                .on(node, 1);
    }
}
