package io.broccoli.internal.producer;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.Run;
import io.broccoli.feed.Position;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.frame.Payload;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.view.Fault;
import io.broccoli.internal.view.ViewProgram;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one node gives to a feed: a task that is sent to it and does not end, again after each loss. Belongs to the executor. */
public final class FeedPart implements Run.Then {

    private static final long NONE = -1;

    final String node;
    private final String task;
    private final FeedItems items;
    private final @Nullable ViewProgram view;
    private boolean viewed; // by the node
    private final @Nullable FeedPacing pacing;
    private boolean underWay; // it is subscribed, or waits to be, or samples of it wait to be emitted
    private boolean paused; // after a failure
    private @Nullable Run run; // of the stream, while it is under way
    private @Nullable Position last; // the newest sample that was emitted
    private @Nullable ForeignFailure refused; // by the subscriber's own choice of sites
    private long life; // of the node, when it was last subscribed, unless it left since
    private boolean completed; // in that life
    private int failures; // in a row

    /**
     * @param view of the feed; null: its samples come as they are
     * @param pacing asks for samples; null: all are asked alike
     */
    FeedPart(
            String node,
            String task,
            FeedItems items,
            @Nullable ViewProgram view,
            @Nullable Position after,
            @Nullable FeedPacing pacing) {
        this.pacing = pacing;
        this.node = node;
        this.task = task;
        this.items = items;
        this.view = view;
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
        ViewProgram program = view;
        if (program != null && !viewed) {
            try {
                LocalView.check(program);
            } catch (Fault wrong) {
                String message = "Step " + wrong.step() + " of the view: " + wrong.message();
                failed(
                        fresh,
                        TaskOutcome.Failure.of(FailureKind.BAD_ARGUMENTS, message, task)
                                .atStep(wrong.step()));
                return;
            }
            items.runs(program);
        } else {
            items.runsNothing();
        }
        Position read = items.read();
        Position after = read != null ? read : last;
        List<Object> args =
                after == null ? viewed ? List.of(0, 0) : List.of() : List.of(after.epoch(), after.sequence());
        if (program != null && viewed) {
            args = List.of(args.get(0), args.get(1), program.plain());
        }
        fresh.stream(new Work.Call(task, args, Map.of()), this);
        if (pacing != null && fresh instanceof ElementRun paced) {
            paced.pace();
            pacing.started(node, paced);
            if (pacing.failed() != null) {
                failed(fresh, TaskOutcome.Failure.of(FailureKind.BAD_ARGUMENTS, "The pacer of the feed threw", task));
            }
        }
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
        TaskOutcome<?> read = items.read(value);
        if (read instanceof TaskOutcome.Success<?> success && success.value() == null) {
            givesNothing();
        }
        return read;
    }

    // ---- as the feed has it

    /** An item came that gives no sample: who asked for one may have another. */
    void givesNothing() {
        if (pacing != null && run instanceof ElementRun paced) {
            paced.allow(1);
        }
    }

    /**
     * To be subscribed from now on.
     *
     * @param why not: then it fails with that
     */
    void begins(NodeInfo at, @Nullable ForeignFailure why) {
        life = at.bootEpoch();
        refused = why;
        viewed = view != null && runsViews(at);
        completed = false;
        underWay = true;
    }

    private boolean runsViews(NodeInfo at) {
        return at.functions().stream()
                .filter(each -> each.name().equals(task))
                .flatMap(each -> each.parameters().stream())
                .anyMatch(each -> each.name().equals(Source.VIEW));
    }

    /** Whether it is to be subscribed at a node that is there. */
    boolean isDue(NodeInfo at) {
        return !underWay && !paused && !(completed && at.bootEpoch() == life);
    }

    /** Whether its source completed in the present life of the node. */
    boolean isCompleted() {
        return completed;
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
