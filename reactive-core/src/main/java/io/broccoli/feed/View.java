package io.broccoli.feed;

import io.broccoli.internal.view.Fault;
import io.broccoli.internal.view.Grammar;
import io.broccoli.internal.view.ViewProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Work on the readings of a feed that is done on the node that has them: only results travel. Immutable; steps are applied in
 * the order in which they were added. A view is subscribed by {@link FeedOptions#withView}.
 *
 * <p>Readings are counted, not results. {@link Sample#sequence()} of a result is the number of the last reading that it used,
 * {@link Sample#used()} how many readings the view used since the result before, also those that a filter dropped, and
 * {@link Sample#missed()} how many readings the view or the subscriber missed: {@code used + missed} of all results add up to
 * what the sensor gave. Subscribers of equal views of a node share one computation. So panes of readings, and {@link #every},
 * are aligned to the sequence of the source, panes of time to the node's clock, and the first pane that a subscriber gets may
 * have begun before it subscribed; the first pane after the source was started may hold fewer readings than its size.
 *
 * <p>A step is an expression, or a chain of functions of the node. An expression knows the names {@code value}, {@code time}
 * (milliseconds of the node's clock) and {@code sequence}, fields ({@code value.rssi}; null if a map has no such field),
 * numbers, text in quotes, {@code true}, {@code false}, {@code null}, the operators {@code + - * / %},
 * {@code < <= > >= == !=}, {@code and}, {@code or}, {@code not}, and parentheses. It calls nothing. {@code /} gives floating
 * point, the sign of {@code %} is that of the divisor. Functions are tasks of the node by name, each called with the value
 * that the one before gave; they must give a value, not a {@code Publisher}.
 *
 * <p>A node checks a view before it runs. An unknown function, a wrong type or a failing function ends the node's part of the
 * feed with a failure that names the node and the step of the view ({@code TaskOutcome.Failure.step}, counted from 1).
 *
 * @param steps the steps as they travel (docs/wire-format.md)
 */
public record View(List<?> steps) {

    /** All readings as they are. Add steps to it. */
    public static final View ALL = new View(List.of());

    /** @throws IllegalArgumentException if these are not the steps of a view; the message names the step */
    public View {
        if (steps.isEmpty()) {
            steps = List.of();
        } else {
            try {
                steps = ViewProgram.read(steps).plain();
            } catch (Fault wrong) {
                throw new IllegalArgumentException(
                        wrong.step() > 0
                                ? "step " + wrong.step() + " of the view: " + wrong.message()
                                : wrong.message(),
                        wrong);
            }
        }
    }

    /**
     * Passes only values for which an expression is true.
     *
     * @param expression such as {@code value > 20 and value < 30}; a result that is neither true nor false is a failure
     * @throws IllegalArgumentException if it is no expression, or cannot give true or false
     */
    public View filter(String expression) {
        return with(List.of("filter", Grammar.parse(expression)));
    }

    /**
     * Passes only values for which functions of the node, one after another, give true.
     *
     * @param function the name of the first
     * @param more the names of those behind it
     */
    public View filterBy(String function, String... more) {
        return with(functions("filter", function, more));
    }

    /**
     * Replaces each value by that of an expression.
     *
     * @param expression such as {@code value.celsius * 1.8 + 32}
     * @throws IllegalArgumentException if it is no expression
     */
    public View map(String expression) {
        return with(List.of("map", Grammar.parse(expression)));
    }

    /**
     * Replaces each value by what functions of the node, one after another, make of it.
     *
     * @param function the name of the first
     * @param more the names of those behind it
     */
    public View mapBy(String function, String... more) {
        return with(functions("map", function, more));
    }

    /**
     * Passes the first value that comes here of each {@code readings} readings.
     *
     * @param readings at least 1
     * @throws IllegalArgumentException if it is less, or the step stands behind a window
     */
    public View every(int readings) {
        return with(List.of("every", readings));
    }

    /**
     * Passes a number only if it differs by more than {@code least} from the last one that was passed. The first one passes.
     *
     * @param least not negative
     * @throws IllegalArgumentException if it is negative or NaN
     */
    public View delta(double least) {
        return with(List.of("delta", least));
    }

    /**
     * Folds panes of so many readings: 1 to n, n + 1 to 2n, and so on by their sequence. A pane of which no value came here
     * gives nothing.
     *
     * @param readings at least 1; readings that earlier steps dropped count
     * @throws IllegalArgumentException if it is less, or the view has a window already
     */
    public View window(int readings, ViewFold fold) {
        return with(List.of("count", readings, fold.plain()));
    }

    /**
     * Folds panes of time by the node's clock, aligned to its zero. A pane of which no value came here gives nothing. A pane
     * ends with the first reading behind it, or a little after its time.
     *
     * @param length 10 ms to about 24 days, in milliseconds; finer parts are cut off
     * @throws IllegalArgumentException if it is out of range, or the view has a window already
     */
    public View window(Duration length, ViewFold fold) {
        long millis = length.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0 ? -1 : length.toMillis();
        return with(List.of("time", (int) Math.max(-1, millis), fold.plain()));
    }

    private static List<String> functions(String kind, String first, String... more) {
        List<String> step = new ArrayList<>(List.of(kind, first));
        step.addAll(List.of(more));
        return step;
    }

    private View with(List<? extends @Nullable Object> step) {
        List<Object> all = new ArrayList<>(steps);
        all.add(Collections.unmodifiableList(step));
        return new View(all);
    }
}
