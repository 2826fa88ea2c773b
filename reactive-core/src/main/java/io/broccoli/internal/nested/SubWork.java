package io.broccoli.internal.nested;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.frame.Payload;
import io.broccoli.internal.credit.ItemSource;
import io.broccoli.internal.node.Depth;
import io.broccoli.internal.node.NodeTask;
import io.broccoli.internal.node.SubTasks;
import io.broccoli.internal.producer.DispatchStream;
import io.broccoli.internal.producer.Errand;
import io.broccoli.internal.producer.Lane;
import io.broccoli.internal.producer.Parent;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * What one call of a handler sends to the cluster itself. While any of it is under way its task holds no worker. Belongs to the
 * member's serial executor, but for {@link #dispatch} and {@link #end}.
 */
public final class SubWork implements SubTasks, Parent {

    private static final TaskOutcome.Failure<Object> ENDED = TaskOutcome.Failure.of(
            FailureKind.CLOSED, "The task that sent this ended, or was cancelled, before the outcome came", "");

    private final Nesting nesting;
    private final SubTasks.Owner runner;
    private final NodeTask root;
    private final int depth;
    private final Set<DispatchStream<?, ?>> streams = new LinkedHashSet<>();
    private volatile int underWay; // how many streams
    private volatile boolean ended;
    private @Nullable InPlaceTask running; // one at a time

    /** @param depth of the sub-tasks */
    SubWork(Nesting nesting, SubTasks.Owner runner, NodeTask root, int depth) {
        this.nesting = nesting;
        this.runner = runner;
        this.root = root;
        this.depth = depth;
    }

    @Override
    public int depth() {
        return depth;
    }

    NodeTask root() {
        return root;
    }

    // ---- from any thread

    @Override
    public Cluster cluster() {
        return nesting.clusterOf(this);
    }

    <I, R> Flux<TaskOutcome<R>> dispatch(Publisher<? extends I> source, Plan<I, R> plan, DispatchOptions options) {
        if (depth > Depth.MOST) {
            TaskOutcome.Failure<R> refused = Nesting.tooDeep(depth);
            return Flux.from(source).map(element -> refused);
        }
        return nesting.dispatch(source, plan, options, this);
    }

    @Override
    public boolean areUnderWay() {
        return underWay > 0;
    }

    @Override
    public void end() {
        if (!ended) {
            ended = true;
            nesting.execute(() -> List.copyOf(streams).forEach(stream -> stream.close(ENDED)));
        }
    }

    // ---- on the executor

    @Override
    public void began(DispatchStream<?, ?> stream) {
        if (ended) {
            stream.close(ENDED);
            return;
        }
        streams.add(stream);
        underWay = streams.size();
        nesting.waits(root);
        runner.releaseWorker();
    }

    @Override
    public void ended(DispatchStream<?, ?> stream) {
        if (streams.remove(stream)) {
            underWay = streams.size();
            nesting.waitsNoMore(root);
        }
    }

    /** Whether what waits there may be sent; if the task cannot be parked it is run in the task's place, where that can be. */
    @Override
    public boolean usesCredit(Lane lane) {
        return nesting.isParked(root) || !nesting.offers(lane);
    }

    @Override
    public boolean runsInPlace(Lane lane) {
        return nesting.offers(lane);
    }

    /** What found no credit is run in the task's place, one at a time. */
    @Override
    public void runInPlace(DispatchStream<?, ?> stream) {
        while (running == null) {
            Errand errand = stream.backlog().first(nesting::offers);
            if (errand == null) {
                return;
            }
            Payload body = nesting.body(errand);
            if (body != null) {
                running = nesting.run(this, errand, body);
            } else if (stream.backlog().first(nesting::offers) == errand) {
                return; // it could neither be written nor ended: the executor must not be kept by it
            }
        }
    }

    /** That what ran in place is done. */
    void done(InPlaceTask job) {
        running = null;
        nesting.outcome(job);
    }

    /** More values of what runs in place may come. */
    void asked(InPlaceTask task) {
        nesting.asked(task);
    }

    void items(InPlaceTask task, ItemSource source) {
        nesting.items(task, source);
    }

    /** How long a lane may go without any room before what waits in it fails, in nanoseconds. */
    @Override
    public long patience() {
        return nesting.isParked(root) ? Nesting.PATIENCE : Nesting.PATIENCE_IF_NOT_PARKED;
    }

    @Override
    public String exhausted(Lane lane, String why) {
        return nesting.exhausted(lane, root, patience(), why);
    }
}
