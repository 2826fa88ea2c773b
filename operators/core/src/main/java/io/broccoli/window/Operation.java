package io.broccoli.window;

import java.util.function.Supplier;

/**
 * What a stage or a join does, for all its subscriptions.
 *
 * @param span of what a result is about, in milliseconds: the size of a window, or how long a join waits for a partner
 * @param machines one for each subscription
 */
record Operation<T, O>(
        EventTime.Settings settings,
        long span,
        Supplier<Machine<T, O>> machines,
        StageCounters counters,
        LateFlux<T> late) {

    Operation(EventTime.Settings settings, long span, Supplier<Machine<T, O>> machines) {
        this(settings, span, machines, new StageCounters(), new LateFlux<>());
    }
}
