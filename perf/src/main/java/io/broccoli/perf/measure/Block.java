package io.broccoli.perf.measure;

/**
 * One measured run of one subject.
 *
 * @param rate items a second
 * @param cpu microseconds for each item, of all processes that took part
 * @param wireBytes TCP payload for each item, on all hops; NaN where it cannot be counted
 * @param messages for each item
 * @param payloadBytes for each item
 * @param p50 microseconds from submitting an item to its result at the subscriber; and so on
 * @param peakMemory MB
 * @param contention the higher of the readings before and after
 */
public record Block(
        double rate,
        double cpu,
        double wireBytes,
        double messages,
        double payloadBytes,
        double p50,
        double p99,
        double p999,
        double peakMemory,
        double contention) {

    public boolean isNoisy() {
        return contention > Contention.MOST;
    }
}
