package io.broccoli.internal.view;

import io.broccoli.internal.view.ViewStep.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A view that was read and checked. Immutable; two that were read from the same are equal. */
public final class ViewProgram {

    /** Most steps of a view. */
    public static final int MOST_STEPS = 16;

    private final List<?> plain;
    final List<ViewStep> steps;
    final int windowAt; // the place of the window among the steps; -1 if there is none

    private ViewProgram(List<?> plain, List<ViewStep> steps, int windowAt) {
        this.plain = plain;
        this.steps = steps;
        this.windowAt = windowAt;
    }

    /**
     * Reads a view as it travels: a list of steps.
     *
     * @throws Fault if it is none; its message names the step
     */
    public static ViewProgram read(@Nullable Object plain) throws Fault {
        if (!(plain instanceof List<?> list) || list.isEmpty() || list.size() > MOST_STEPS) {
            throw new Fault("a view is a list of 1 to " + MOST_STEPS + " steps");
        }
        List<ViewStep> steps = new ArrayList<>();
        int window = -1;
        for (int i = 0; i < list.size(); i++) {
            try {
                ViewStep step = ViewStep.read(list.get(i));
                if (window >= 0 && (step instanceof Window || step instanceof ViewStep.Every)) {
                    throw new Fault("behind a window come filter, map and delta only");
                }
                if (step instanceof Window) {
                    window = i;
                }
                steps.add(step);
            } catch (Fault wrong) {
                throw wrong.at(i + 1);
            }
        }
        return new ViewProgram(copy(list), Collections.unmodifiableList(steps), window);
    }

    /** No deeper than what was just read and found to be a view. */
    private static List<?> copy(List<?> list) {
        List<@Nullable Object> copied = new ArrayList<>(list.size());
        for (Object each : list) {
            copied.add(each instanceof List<?> inner ? copy(inner) : each);
        }
        return Collections.unmodifiableList(copied);
    }

    /**
     * Checks the functions that the view names, before it runs.
     *
     * @throws Fault if one is not there, or does not take what the view gives it
     */
    public void check(ViewFunctions functions) throws Fault {
        for (int i = 0; i < steps.size(); i++) {
            try {
                check(steps.get(i), functions);
            } catch (Fault wrong) {
                throw wrong.at(i + 1);
            }
        }
    }

    private static void check(ViewStep step, ViewFunctions functions) throws Fault {
        if (step instanceof Window window && !window.fold().isBuiltIn()) {
            for (int i = 0; i < 3; i++) {
                functions.check(window.fold().functions().get(i), i == 0 ? 0 : i == 1 ? 2 : 1);
            }
        }
        ViewStep.Work work = step instanceof ViewStep.Filter filter
                ? filter.work()
                : step instanceof ViewStep.Map map ? map.work() : null;
        if (work != null) {
            for (String function : work.functions()) {
                functions.check(function, 1);
            }
        }
    }

    /** As it travels; unmodifiable. */
    public List<?> plain() {
        return plain;
    }

    /** The length of its panes in milliseconds of the node's clock; 0 if it has none that end by the clock. */
    public long paneMillis() {
        return windowAt >= 0 && steps.get(windowAt) instanceof Window window && window.timed() ? window.size() : 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ViewProgram program && plain.equals(program.plain);
    }

    @Override
    public int hashCode() {
        return plain.hashCode();
    }

    @Override
    public String toString() {
        return plain.toString();
    }
}
