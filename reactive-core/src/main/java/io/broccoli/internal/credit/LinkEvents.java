package io.broccoli.internal.credit;

import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;

/**
 * What a {@link CreditLink} tells who sends by it.
 *
 * @param <T> what is sent
 */
public interface LinkEvents<T> {

    /** The node answered; the element is no longer on this link. */
    void outcome(T element, ResultStatus status, Payload payload);

    /** The node answers with several values; this is the next one. */
    default void item(T element, Payload value) {}

    /** The link was lost with the element on it. */
    void lost(T element, boolean mayHaveStarted);

    /** For who measures how fast the node is: {@link #outcome} follows, of a task that was sent once, at that time. */
    default void timed(T element, long sentAt) {}

    /** The same: the node answered at once, and this took so many nanoseconds there and back. */
    default void echoed(long nanos) {}
}
