package io.broccoli.internal.node;

import io.broccoli.feed.Position;
import io.broccoli.feed.Source;
import io.broccoli.frame.Body;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.view.ViewProgram;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** What comes next in the run of a task. */
sealed interface Step {

    /** The task has its outcome. */
    record Done(ResultStatus status, Payload payload) implements Step {

        /** Nobody waits for it any more. */
        static final Done ABORTED = new Done(ResultStatus.ABORTED, Payload.EMPTY);

        /** It gave several values, and no more come. */
        static final Done END = new Done(ResultStatus.END, Payload.EMPTY);
    }

    /** A handler gave its value as a publisher of one. */
    record Await(Publisher<?> publisher) implements Step {}

    /** The last handler gives several values. */
    record Items(Publisher<?> publisher, boolean replayable, Body.Headers headers) implements Step {}

    /** The task subscribes to a feed. */
    record Subscribe(
            String feed,
            Source source,
            Position after,
            @Nullable ViewProgram view,
            Body.Headers headers) implements Step {}
}
