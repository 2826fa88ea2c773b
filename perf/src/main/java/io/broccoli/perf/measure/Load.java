package io.broccoli.perf.measure;

/**
 * What a subject is to do.
 *
 * @param items how many items
 * @param inFlight W: most items sent whose result has not reached the subscriber
 * @param batch items in a message; 0: as the subject likes
 */
public record Load(int items, int inFlight, int batch) {

    /** Of all items at small W, of some at large W: reading the clock is a part of the cost. */
    public int stride() {
        return inFlight <= 16 ? 1 : 16;
    }

    public Load withItems(int value) {
        return new Load(value, inFlight, batch);
    }
}
