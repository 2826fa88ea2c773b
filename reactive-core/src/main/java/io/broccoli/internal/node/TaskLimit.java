package io.broccoli.internal.node;

import java.time.Duration;

/**
 * How long a task may run at a node.
 *
 * @param most zero: without end
 */
record TaskLimit(Duration most) {

    boolean isOn() {
        return !most.isZero();
    }

    long nanos() {
        try {
            return most.toNanos();
        } catch (ArithmeticException longer) {
            return Long.MAX_VALUE;
        }
    }

    String exceeded(String node) {
        return "The task ran for longer than the " + most.toMillis() + " ms that node " + node
                + " allows a task, and was told to stop";
    }
}
