package io.broccoli.internal.view;

import io.broccoli.internal.view.ViewStep.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A view at work on the readings of one source in one life of its node. Readings come in the order of their sequence; gaps are
 * readings that were missed. Not thread-safe.
 */
public final class ViewRun {

    /**
     * A reading of a source.
     *
     * @param missed readings before it that were missed, and of which nobody here knows more; only added up
     * @param time in milliseconds of the node's clock
     * @param timeError of that, in milliseconds
     */
    public record Reading(
            long sequence,
            long missed,
            long time,
            long timeError,
            @Nullable Object value) {}

    /**
     * What a view passed.
     *
     * @param sequence of the last reading that it used
     * @param used readings that it used since the result before
     * @param missed readings that were missed meanwhile, as the readings say
     * @param time of the last reading that it used
     */
    public record Result(
            long sequence,
            long used,
            long missed,
            long time,
            long timeError,
            @Nullable Object value) {}

    private final ViewProgram program;
    private final Supplier<ViewFunctions> newest;
    private final @Nullable Window window;
    private final int windowAt;
    private final @Nullable Number[] deltas; // by step, what it passed last
    private final long[] buckets; // by step, the last one of which it passed a value

    private ViewFunctions calls;
    private @Nullable Folding pane; // that is open
    private long paneNumber;
    private long used;
    private long missed;
    private @Nullable Reading last;

    /** @param newest the node's functions as they are now; asked when a pane begins, or for each reading without a window */
    public ViewRun(ViewProgram program, Supplier<ViewFunctions> newest) {
        this.program = program;
        this.newest = newest;
        this.windowAt = program.windowAt;
        this.window = windowAt < 0 ? null : (Window) program.steps.get(windowAt);
        this.deltas = new @Nullable Number[program.steps.size()];
        this.buckets = new long[program.steps.size()];
        this.calls = newest.get();
    }

    /**
     * Takes a reading.
     *
     * @return what the view passes because of it: at most two results
     * @throws Fault where the view fails; it cannot go on then
     */
    public List<Result> take(Reading reading) throws Fault {
        List<Result> out = new ArrayList<>(1);
        long number = window == null ? 0 : window.pane(reading.sequence(), reading.time());
        if (pane != null && number != paneNumber) {
            close(out);
        }
        if (pane == null) {
            calls = newest.get();
            if (window != null) {
                pane = new Folding(window.fold(), calls);
                paneNumber = number;
            }
        }
        used++;
        missed += reading.missed();
        last = reading;
        boolean windowed = window != null;
        Passing passing = new Passing(reading.value());
        if (passes(passing, 0, windowed ? windowAt : program.steps.size(), reading)) {
            if (!windowed) {
                out.add(result(reading, passing.value));
            } else if (pane != null) {
                fold(pane, passing.value);
            }
        }
        if (windowed && !windowOf().timed() && reading.sequence() % windowOf().size() == 0) {
            close(out);
        }
        return out;
    }

    private Window windowOf() {
        return java.util.Objects.requireNonNull(window);
    }

    /**
     * Ends a pane whose end has come by the node's clock.
     *
     * @param time by which all readings before it have been taken
     */
    public List<Result> tick(long time) throws Fault {
        List<Result> out = new ArrayList<>(1);
        if (pane != null && window != null && window.timed() && window.pane(0, time) > paneNumber) {
            close(out);
        }
        return out;
    }

    /** The source ended: the open pane is the last one. */
    public List<Result> end() throws Fault {
        List<Result> out = new ArrayList<>(1);
        if (pane != null) {
            close(out);
        }
        return out;
    }

    private void fold(Folding into, @Nullable Object value) throws Fault {
        try {
            into.add(value);
        } catch (Fault failed) {
            throw failed.at(windowAt + 1);
        }
    }

    /** A pane without values gives nothing; its readings count as used by the next result. */
    private void close(List<Result> out) throws Fault {
        Folding closed = pane;
        Reading of = last;
        pane = null;
        if (closed == null || of == null || closed.isEmpty()) {
            return;
        }
        Passing passing;
        try {
            passing = new Passing(closed.finish());
        } catch (Fault failed) {
            throw failed.at(windowAt + 1);
        }
        if (passes(passing, windowAt + 1, program.steps.size(), of)) {
            out.add(result(of, passing.value));
        }
    }

    private Result result(Reading of, @Nullable Object value) {
        Result result = new Result(of.sequence(), used, missed, of.time(), of.timeError(), value);
        used = 0;
        missed = 0;
        return result;
    }

    private static final class Passing {
        @Nullable Object value;

        Passing(@Nullable Object value) {
            this.value = value;
        }
    }

    private boolean passes(Passing passing, int from, int to, Reading of) throws Fault {
        for (int i = from; i < to; i++) {
            try {
                if (!passes(passing, i, of)) {
                    return false;
                }
            } catch (Fault failed) {
                throw failed.at(i + 1);
            }
        }
        return true;
    }

    private boolean passes(Passing passing, int i, Reading of) throws Fault {
        ViewStep step = program.steps.get(i);
        if (step instanceof ViewStep.Map map) {
            passing.value = map.work().of(reading(passing, of), calls);
            return true;
        }
        if (step instanceof ViewStep.Filter filter) {
            return Expression.isTrue(filter.work().of(reading(passing, of), calls), "filter");
        }
        if (step instanceof ViewStep.Every every) {
            long bucket = (of.sequence() - 1) / every.readings() + 1;
            boolean first = bucket != buckets[i];
            buckets[i] = bucket;
            return first;
        }
        return differs((ViewStep.Delta) step, i, passing.value);
    }

    private boolean differs(ViewStep.Delta delta, int i, @Nullable Object value) throws Fault {
        Number number = Numbers.of(value);
        if (number == null) {
            throw new Fault("'delta' needs numbers, and not " + Expression.described(value));
        }
        Number before = deltas[i];
        boolean differs = before == null || !(Math.abs(number.doubleValue() - before.doubleValue()) <= delta.least());
        if (differs) {
            deltas[i] = number;
        }
        return differs;
    }

    private static Expression.Reading reading(Passing passing, Reading of) {
        return new Expression.Reading(passing.value, of.time(), of.sequence());
    }
}
