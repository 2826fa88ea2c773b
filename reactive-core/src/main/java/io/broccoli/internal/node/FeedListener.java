package io.broccoli.internal.node;

import io.broccoli.internal.boundary.ForeignFailure;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whom a source gives its samples: a subscriber, or a view. On the member's serial executor. */
interface FeedListener {

    /** The source gave a sample. */
    void offer(long sequence, Intake.Arrival sample);

    /** How many more samples of a publisher that waits may be on their way; without end for one that takes none any more. */
    long room();

    /** Itself, or the subscribers of the view that it is. */
    void forEachSubscriber(Consumer<FeedSubscriber> action);

    /** The source gives nothing more. */
    void end(@Nullable ForeignFailure why);

    /** Passes on what there is credit for. */
    void advance();
}
