package io.broccoli.cluster;

import io.broccoli.frame.Payload;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One element under way. It holds one slot of its stream's window through all work that it submits, and ends once: the first of
 * {@link #succeed} and {@link #fail} wins, and voids whatever of its work is still under way.
 */
public interface Run {

    /** Sends work to a node, when one has room; {@code then} hears its outcome, once, unless the run ended before. */
    void submit(Work work, Then then);

    /**
     * Sends work that may give several values, which become outcomes of the element, one after the other, as they are asked for;
     * the element ends with the last one. {@code then} hears a failure, or the value of a task that gives one. Only one such work
     * of an element is under way at a time.
     */
    void stream(Work work, Then then);

    /** Whether values of {@link #stream} came already. */
    boolean hasItems();

    /** Ends the element with a value. */
    void succeed(Payload value);

    /** Ends the element with a failure, behind the values that came. */
    void fail(TaskOutcome.Failure<?> failure);

    /** Whether one node that this element may go to offers all these tasks; true while no node is known. */
    boolean together(List<String> tasks);

    /** Ends the element behind the values that came. */
    void complete();

    /** What a value is to the plan: of its type, or a failure that says why not. */
    TaskOutcome<?> decode(Payload value);

    /** Encodes a value; payloads in it are taken as they are. */
    Payload encode(@Nullable Object value);

    /** Hears the outcome of work. */
    @FunctionalInterface
    interface Then {

        void succeeded(Run run, Payload value);

        /** Ends the run, unless the plan knows better. */
        default void failed(Run run, TaskOutcome.Failure<?> failure) {
            run.fail(failure);
        }

        /** Makes an outcome of a value of several; a failure ends the run. */
        default TaskOutcome<?> item(Run run, Payload value) {
            return run.decode(value);
        }

        /** All of several values came: ends the run, unless the plan knows better. */
        default void completed(Run run) {
            run.complete();
        }
    }
}
