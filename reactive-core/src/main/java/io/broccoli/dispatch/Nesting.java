package io.broccoli.dispatch;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
final class Nesting {

    static final int MAX_DEPTH = 16;

    /** How long sub-tasks of one kind may find no room anywhere. */
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    /** The same, if their parent is one of too many that wait: soon, for the place that it holds is wanted. */
    static final long PATIENCE_IF_NOT_PARKED = TimeUnit.SECONDS.toNanos(5);

    private final Cluster member;
    private final Dispatcher dispatcher;
    private final Workers workers;
    private final int capacity;
    private final Runner runner;
    private final Set<Job> parked = new LinkedHashSet<>();
    private final Set<Job> unparked = new LinkedHashSet<>(); // that wait all the same, first come first parked

    /** Runs a job that has no seq. */
    interface Runner {

        /** On a worker. */
        boolean run(InPlace job, Consumer<BooleanSupplier> worker);

        /** Counts it, on the executor. */
        void count(Job job);
    }

    Nesting(Cluster member, Dispatcher dispatcher, Workers workers, int capacity, Runner runner) {
        this.member = member;
        this.dispatcher = dispatcher;
        this.workers = workers;
        this.capacity = capacity;
        this.runner = runner;
    }

    /** Of that many places: so many may be held by tasks that wait. */
    static int mostParked(int capacity) {
        return Math.max(0, capacity - 1 - capacity / 4);
    }

    // ---- from any thread

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

    void resume(Workers.Step step) {
        workers.resume(step);
    }

    // ---- places

    /** The task in that place sent something out. */
    void waits(Job root) {
        if (root.subStreams++ == 0) {
            unparked.add(root);
            park();
        }
    }

    void waitsNoMore(Job root) {
        if (--root.subStreams == 0 && !unparked.remove(root)) {
            parked.remove(root);
            park();
        }
    }

    private void park() {
        Iterator<Job> next = unparked.iterator();
        while (next.hasNext() && parked.size() < mostParked(capacity)) {
            parked.add(next.next());
            next.remove();
            dispatcher.changed(); // it may use credit now
        }
    }

    boolean isParked(Job root) {
        return parked.contains(root);
    }

    /** Parked tasks in whose place nothing runs. */
    int idle() {
        return (int) parked.stream().filter(job -> job.inPlace == 0).count();
    }

    // ---- in place

    /** Whether this node itself may run what waits there, also while it takes nothing more from others. */
    boolean offers(Lane lane) {
        Link own = dispatcher.links().own();
        return own != null && Lane.admits(lane.route, own) && own.offers(lane.tasks);
    }

    /** @return null if it cannot be written, and has ended */
    @Nullable Payload body(Errand errand) {
        Link own = dispatcher.links().own();
        return own == null ? null : dispatcher.links().bodyInPlace(errand, own);
    }

    InPlace run(SubWork subWork, Errand errand, Payload body) {
        InPlace job = new InPlace(subWork, errand, body, member.name());
        errand.link = dispatcher.links().own();
        errand.inPlace = job;
        subWork.root().inPlace++;
        errand.run.stream.sent(errand);
        workers.resume(worker -> !job.start() || runner.run(job, worker));
        return job;
    }

    void outcome(InPlace job) {
        job.root().inPlace--;
        if (job.status != ResultStatus.CANCELLED) {
            runner.count(job);
        }
        dispatcher.links().outcome(job);
        dispatcher.changed();
    }

    // ---- refusals

    static <R> TaskOutcome.Failure<R> tooDeep(int depth) {
        return TaskOutcome.Failure.of(FailureKind.NESTING_EXHAUSTED, tooDeepMessage(depth), "");
    }

    static Payload tooDeep(PayloadCodec codec, int depth) {
        return Failures.encode(codec, FailureKind.NESTING_EXHAUSTED, tooDeepMessage(depth), "", 0);
    }

    private static String tooDeepMessage(int depth) {
        return "A task at depth " + depth + "; at most " + MAX_DEPTH + " tasks may be nested in one another";
    }

    String exhausted(Lane lane, Job root, long patience) {
        String why = isParked(root)
                ? ""
                : "; of its " + capacity + " places at most " + mostParked(capacity) + " may wait for others, and "
                        + parked.size() + " do";
        return "No node had room for " + lane.tasks + " for " + TimeUnit.NANOSECONDS.toSeconds(patience)
                + " s, and node " + member.name() + ", whose task waits for it, cannot run it itself" + why;
    }
}
