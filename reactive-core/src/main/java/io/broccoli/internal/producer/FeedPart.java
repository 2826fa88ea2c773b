package io.broccoli.internal.producer;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.Run;
import io.broccoli.feed.Position;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.frame.Payload;
import io.broccoli.internal.boundary.Call;
import io.broccoli.internal.boundary.Values;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one node gives to a feed: a task that is sent to it and does not end, again after each loss. Belongs to the executor. */
public final class FeedPart implements Run.Then {

    private static final long NONE = -1;

    final String node;
    private final String task;
    private final Type type;
    private final Values values;
    private boolean underWay; // it is subscribed, or waits to be, or samples of it wait to be emitted
    private boolean paused; // after a failure
    private @Nullable Run run; // of the stream, while it is under way
    private @Nullable Position last; // the newest sample that was emitted
    private Call.@Nullable Failed<Boolean> refused; // by the subscriber's own choice of sites
    private long life; // of the node, when it was last subscribed, unless it left since
    private boolean completed; // in that life
    private int failures; // in a row

    FeedPart(String node, String feed, Type type, Values values, @Nullable Position after) {
        this.node = node;
        this.task = Source.TASK_PREFIX + feed;
        this.type = type;
        this.values = values;
        this.last = after;
    }

    // ---- as the stream has it

    void begin(Run fresh) {
        run = fresh;
        if (refused != null) {
            failed(
                    fresh,
                    refused.at("Whether the site is wanted cannot be told").failure(task));
            return;
        }
        Position after = last;
        List<Long> args = after == null ? List.of() : List.of(after.epoch(), after.sequence());
        fresh.stream(new Work.Call(task, args, Map.of()), this);
    }

    @Override
    public void succeeded(Run ended, Payload value) {
        failed(ended, TaskOutcome.Failure.of(FailureKind.CONVERSION, "One value came, and not samples", task));
    }

    @Override
    public void failed(Run ended, TaskOutcome.Failure<?> failure) {
        ended.fail(failure.on(node, failure.attempt()));
    }

    @Override
    public void completed(Run ended) {
        completed = true;
        failed(ended, TaskOutcome.Failure.of(FailureKind.CLOSED, "The source completed", task)); // nobody sees it
    }

    @Override
    public TaskOutcome<?> item(Run current, Payload value) {
        try {
            if (values.decodePlain(value) instanceof List<?> parts
                    && parts.size() >= 5
                    && parts.get(0) instanceof Number epoch
                    && parts.get(1) instanceof Number sequence
                    && parts.get(2) instanceof Number missed
                    && parts.get(3) instanceof Number time
                    && epoch.longValue() >= 0
                    && sequence.longValue() >= 0) {
                Call<@Nullable Object> read = values.convert(parts.get(4), type);
                if (read instanceof Call.Failed<@Nullable Object> failed) {
                    return unreadable(failed.message());
                }
                return new TaskOutcome.Success<>(new Sample<>(
                        node,
                        epoch.longValue(),
                        sequence.longValue(),
                        missed.longValue(),
                        Instant.ofEpochMilli(time.longValue()),
                        ((Call.Done<@Nullable Object>) read).value()));
            }
            return unreadable("it is no list of five, or its position is negative");
        } catch (MalformedFrameException failed) {
            return unreadable(String.valueOf(failed.getMessage()));
        }
    }

    private TaskOutcome<?> unreadable(String why) {
        return TaskOutcome.Failure.of(FailureKind.CONVERSION, "A sample cannot be read: " + why, task)
                .on(node, 1);
    }

    // ---- as the feed has it

    /**
     * To be subscribed from now on.
     *
     * @param why not: then it fails with that
     */
    void begins(NodeInfo at, Call.@Nullable Failed<Boolean> why) {
        life = at.bootEpoch();
        refused = why;
        completed = false;
        underWay = true;
    }

    /** Whether it is to be subscribed at a node that is there. */
    boolean isDue(NodeInfo at) {
        return !underWay && !paused && !(completed && at.bootEpoch() == life);
    }

    boolean isUnderWay() {
        return underWay;
    }

    void emitted(Sample<?> sample) {
        last = sample.position();
        failures = 0;
    }

    /** The node left: what waits for it ends. */
    void leave() {
        life = NONE; // when it is back it may give more
        Run current = run;
        if (current != null) {
            failed(current, TaskOutcome.Failure.of(FailureKind.NODE_LOST, "The node left", task));
        }
    }

    /**
     * It ended, and all its samples were emitted.
     *
     * @return whether somebody should know: neither a loss nor the end of the source
     */
    boolean ended(TaskOutcome.Failure<?> why) {
        underWay = false;
        run = null;
        boolean lost =
                switch (why.kind()) {
                    case NODE_LOST, PARTIAL_RESULT, UNKNOWN_TASK -> true; // the last one: it does not offer it any more
                    default -> false;
                };
        return !completed && !lost;
    }

    /** It is not subscribed again before {@link #resume}; returns how many times in a row that was so. */
    int pause() {
        paused = true;
        return ++failures;
    }

    void resume() {
        paused = false;
    }
}
