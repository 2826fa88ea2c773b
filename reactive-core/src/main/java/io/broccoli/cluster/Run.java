package io.broccoli.cluster;

import io.broccoli.frame.Payload;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One element in progress. It holds one slot of its stream's window through all work that it submits. It ends once,
 * with the first call of {@link #succeed}, {@link #fail} or {@link #complete}; its remaining work is then cancelled.
 * All methods are called on the member's serial executor.
 */
public interface Run {

    /**
     * Sends work to a node as soon as one has room.
     *
     * @param then receives the outcome, once, unless the run ends before
     */
    void submit(Work work, Then then);

    /**
     * Sends work that may give several values. Each value becomes an outcome of the element, on demand; the element
     * ends with the last one. An element has at most one such work at a time.
     *
     * @param then receives a failure, or the value of a task that gives only one
     */
    void stream(Work work, Then then);

    /** Whether values of {@link #stream} have arrived. */
    boolean hasItems();

    /** Ends the element with a value. */
    void succeed(Payload value);

    /**
     * Ends the element with a value as it is. It is not encoded, and not converted to {@link Plan#resultType}.
     *
     * @param value the outcome's value, of the type of the plan's results
     */
    void succeedWith(Object value);

    /** Ends the element with a failure, after the values that arrived. */
    void fail(TaskOutcome.Failure<?> failure);

    /** Whether a single node that this element may go to offers all these tasks. True while no node is known. */
    boolean together(List<String> tasks);

    /**
     * The size of the largest task, in bytes, that a node accepts which this element may go to and which offers the task;
     * {@code Integer.MAX_VALUE} while no such node is known.
     */
    int largestTask(String task);

    /** Ends the element after the values that arrived. */
    void complete();

    /** Converts a value to the type of the plan: a success, or a failure of the kind CONVERSION. */
    TaskOutcome<?> decode(Payload value);

    /** Encodes a value. A payload inside it is copied as it is. */
    Payload encode(@Nullable Object value);

    /** Receives the outcome of work. Called on the member's serial executor. */
    @FunctionalInterface
    interface Then {

        /** The work gave this value. */
        void succeeded(Run run, Payload value);

        /** The work failed. By default this ends the run. */
        default void failed(Run run, TaskOutcome.Failure<?> failure) {
            run.fail(failure);
        }

        /** Converts one of several values to an outcome. A failure ends the run. */
        default TaskOutcome<?> item(Run run, Payload value) {
            return run.decode(value);
        }

        /** All values arrived. By default this ends the run. */
        default void completed(Run run) {
            run.complete();
        }
    }
}
