package io.broccoli.perf.throughput;

import io.broccoli.task.Task;

/** The work of all subjects: to the number of an item {@value #ADDEND} is added. So each result tells whose it is. */
final class Sums {

    static final int ADDEND = 7;

    static final Task<Integer> ADD = Task.of("add", Integer.class);

    private Sums() {}

    static IllegalStateException wrong(int item, Object result) {
        return new IllegalStateException("wrong result: item " + item + " gave " + result);
    }
}
