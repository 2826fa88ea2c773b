package io.broccoli.perf.measure;

/** What is measured: something that does items and checks their results. */
public interface Subject {

    String name();

    /**
     * Does the items; blocks until the last result is there.
     *
     * @throws IllegalStateException if a result is wrong, missing or there twice
     */
    Done run(Load load) throws InterruptedException;

    /** Who takes part. */
    Processes processes();

    /**
     * What came of a run.
     *
     * @param items that were done
     * @param nanos from the first item to the last result
     * @param messages published, of all kinds; NaN if not counted
     * @param payloadBytes of these messages
     */
    record Done(long items, long nanos, Latencies latencies, double messages, double payloadBytes) {}
}
