package io.broccoli.window;

/**
 * Counters and gauges of a stage over event time, over all its subscriptions.
 *
 * @param samples counter: samples that came
 * @param results counter: results that were emitted
 * @param late counter: samples that were late
 * @param unheard counter: late samples that nobody was subscribed to; they went to the discard hook
 * @param early counter: windows that fired early, or samples of joins that were forgotten, for want of room
 * @param held gauge: samples, or accumulators, that are kept now
 * @param mostHeld the most that were ever kept by one subscription
 * @param windows gauge: open windows over all keys; for joins, keys with samples
 * @param liars counter: sources whose clocks were found to be wrong, once for each time; see {@code withMaxBehind}
 */
public record EventTimeStats(
        long samples,
        long results,
        long late,
        long unheard,
        long early,
        long held,
        long mostHeld,
        long windows,
        long liars) {}
