package io.broccoli.internal.nested;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.credit.ItemSource;
import io.broccoli.internal.node.Depth;
import io.broccoli.internal.node.NodeRuntime;
import io.broccoli.internal.node.NodeTask;
import io.broccoli.internal.node.SubTasks;
import io.broccoli.internal.producer.Dispatcher;
import io.broccoli.internal.producer.Errand;
import io.broccoli.internal.producer.FluxDispatch;
import io.broccoli.internal.producer.Lane;
import io.broccoli.internal.producer.OwnNode;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Tasks of one node that send tasks themselves. A task that waits for sub-tasks holds its place, but no worker; at most
 * {@link #mostParked} places are held so, that some always turn over. What finds no credit runs in its parent's place or, where
 * that cannot be, fails when it found no room for a while: so tasks never wait for each other for ever.
 *
 * <p>Belongs to the member's serial executor, but where it is said otherwise.
 */
public final class Nesting implements SubTasks.Host {

    /** How long sub-tasks of one kind may find no room anywhere. */
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    /** The same, if their parent is one of too many that wait: soon, for the place that it holds is wanted. */
    static final long PATIENCE_IF_NOT_PARKED = TimeUnit.SECONDS.toNanos(5);

    private final Cluster member;
    private final Dispatcher dispatcher;
    private final OwnNode own;
    private final NodeRuntime node;
    private final int capacity;
    private final Set<NodeTask> parked = new LinkedHashSet<>();
    private final Set<NodeTask> unparked = new LinkedHashSet<>(); // that wait all the same, first come first parked

    public Nesting(Cluster member, Dispatcher dispatcher, NodeRuntime node, int capacity) {
        this.member = member;
        this.dispatcher = dispatcher;
        this.own = dispatcher.ownNode();
        this.node = node;
        this.capacity = capacity;
    }

    /** Of that many places: so many may be held by tasks that wait. */
    static int mostParked(int capacity) {
        return Math.max(0, capacity - 1 - capacity / 4);
    }

    // ---- from any thread

    @Override
    public SubTasks of(SubTasks.Owner parent, NodeTask root, int depth) {
        return new SubWork(this, parent, root, depth);
    }

    Cluster clusterOf(SubWork subWork) {
        return new NestedCluster(member, subWork);
    }

    <I, R> Flux<TaskOutcome<R>> dispatch(
            Publisher<? extends I> source, Plan<I, R> plan, DispatchOptions options, SubWork subWork) {
        return FluxDispatch.of(dispatcher, source, plan, options, subWork);
    }

    void execute(Runnable task) {
        dispatcher.execute(task);
    }

    // ---- places

    /** The task in that place sent something out. */
    void waits(NodeTask root) {
        if (root.subStreams++ == 0) {
            unparked.add(root);
            park();
        }
    }

    void waitsNoMore(NodeTask root) {
        if (--root.subStreams == 0 && !unparked.remove(root)) {
            parked.remove(root);
            park();
        }
    }

    private void park() {
        Iterator<NodeTask> next = unparked.iterator();
        while (next.hasNext() && parked.size() < mostParked(capacity)) {
            parked.add(next.next());
            next.remove();
            own.changed(); // it may use credit now
        }
    }

    boolean isParked(NodeTask root) {
        return parked.contains(root);
    }

    /** Parked tasks in whose place nothing runs. */
    @Override
    public int idle() {
        return (int) parked.stream().filter(job -> job.inPlace == 0).count();
    }

    // ---- in place

    /** Whether this node itself may run what waits there, also while it takes nothing more from others. */
    boolean offers(Lane lane) {
        return own.offers(lane);
    }

    /** @return null if it cannot be written, or run here */
    @Nullable Payload body(Errand errand) {
        return own.body(errand);
    }

    InPlaceTask run(SubWork subWork, Errand errand, Payload body) {
        InPlaceTask task = new InPlaceTask(subWork, errand, body, member.name());
        own.runs(errand, task);
        subWork.root().inPlace++;
        node.runInPlace(task, task::done);
        return task;
    }

    /** Behind what happens now: this is called while values are emitted. */
    void asked(InPlaceTask task) {
        execute(() -> node.itemsAsked(task));
    }

    void items(InPlaceTask task, ItemSource source) {
        own.items(task.errand, task, source);
    }

    void outcome(InPlaceTask task) {
        task.root().inPlace--;
        if (task.status != ResultStatus.CANCELLED) {
            node.count(task);
        }
        own.ended(task.errand, task, task.status, task.payload);
        own.changed();
    }

    // ---- refusals

    static <R> TaskOutcome.Failure<R> tooDeep(int depth) {
        return TaskOutcome.Failure.of(FailureKind.NESTING_EXHAUSTED, Depth.exceeded(depth), "");
    }

    String exhausted(Lane lane, NodeTask root, long patience, String why) {
        String places = isParked(root)
                ? ""
                : "; of its " + capacity + " places at most " + mostParked(capacity) + " may wait for others, and "
                        + parked.size() + " do";
        return "Nothing of " + lane.tasks + " could be sent for " + TimeUnit.NANOSECONDS.toSeconds(patience) + " s: "
                + why + "; and node " + member.name() + ", whose task waits for it, cannot run it itself" + places;
    }
}
