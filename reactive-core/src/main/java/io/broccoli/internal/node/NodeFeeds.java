package io.broccoli.internal.node;

import io.broccoli.feed.FeedStats;
import io.broccoli.feed.Source;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Values;
import io.broccoli.internal.boundary.WorkerThread;
import io.broccoli.internal.credit.ItemSource;
import io.broccoli.internal.view.Fault;
import io.broccoli.internal.view.ViewFunctions;
import io.broccoli.internal.view.ViewProgram;
import io.broccoli.internal.view.ViewRun;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskDefinition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * The feeds of a node. Who subscribes comes as a task, with credit and in turn, and then holds neither its worker nor its place:
 * subscribers have a bound of their own. Belongs to the member's serial executor.
 */
public final class NodeFeeds {

    private final Executor loop;
    private final MemberContext context;
    private final Scheduler threads;
    private final ItemFrames frames;
    private final int most;
    private final Supplier<Functions> functions;
    private final Map<String, FeedSource> sources = new LinkedHashMap<>(); // those that were subscribed
    private final Set<FeedSubscriber> subscribers = new LinkedHashSet<>();
    private long epoch = newEpoch();
    private boolean closed;

    /**
     * @param threads for the publishers
     * @param most subscribers
     * @param functions those of the node at the time; asked on any thread
     */
    NodeFeeds(MemberContext context, Scheduler threads, ItemFrames frames, int most, Supplier<Functions> functions) {
        this.loop = context.loop();
        this.context = context;
        this.threads = threads;
        this.frames = frames;
        this.most = most;
        this.functions = functions;
    }

    /** Microseconds: boot epochs are told apart by what a broker keeps, and count seconds; these by nobody. */
    private static long newEpoch() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    ItemFrames frames() {
        return frames;
    }

    Values values() {
        return context.boundary().values();
    }

    String member() {
        return context.member();
    }

    /** Of this life: positions of another one tell nothing. */
    long epoch() {
        return epoch;
    }

    Intake intake(boolean counts, Consumer<Intake> changed) {
        Intake[] self = new Intake[1];
        Runnable note = () -> loop.execute(() -> changed.accept(self[0]));
        self[0] = new Intake(context, WorkerThread.of(threads), counts, note);
        return self[0];
    }

    /** Runs a view, on a thread of its own; {@code passed} is told on the executor. */
    ViewThread viewThread(ViewProgram program, boolean counts, Consumer<ViewThread.Batch> passed) {
        Consumer<ViewThread.Batch> out = batch -> loop.execute(() -> passed.accept(batch));
        return new ViewThread(
                WorkerThread.of(threads), values(), new ViewRun(program, this::viewFunctions), counts, out);
    }

    long nowMillis() {
        return context.timers().now(TimeUnit.MILLISECONDS);
    }

    /** Runs something on the executor in so many milliseconds. */
    Disposable later(Runnable action, long millis) {
        return context.timers().schedule(() -> loop.execute(action), millis, TimeUnit.MILLISECONDS);
    }

    void soon(Runnable action) {
        loop.execute(action);
    }

    /** The scheduler of the sources did not take a task. */
    ForeignFailure refused(String why) {
        return context.boundary().guard().refused("The scheduler of the feeds", why);
    }

    private ViewFunctions viewFunctions() {
        return new NodeFunctions(functions.get(), context);
    }

    /** What the node offers has changed: who listens to a source that is not offered any more asks again, for the newer one. */
    void offered() {
        sources.forEach((feed, source) -> source.replace(offered(feed)));
    }

    private @Nullable Source offered(String feed) {
        TaskDefinition task = functions.get().named(feed);
        return task == null ? null : task.source();
    }

    /** On a worker, which is free again at once. */
    void subscribe(NodeTask task, Ending outcome, Step.Subscribe to) {
        loop.execute(() -> begin(task, outcome, to));
    }

    private void begin(NodeTask task, Ending outcome, Step.Subscribe to) {
        if (closed || task.isStopped() || task.isFenced() || offered(to.feed()) != to.source()) {
            outcome.end(Step.Done.ABORTED);
            return;
        }
        if (subscribers.size() >= most) {
            outcome.end(outcome.failed(
                    FailureKind.TOO_MANY_SUBSCRIBERS, "The node serves " + most + " subscribers, as many as it may"));
            return;
        }
        ViewProgram view = to.view();
        if (view != null) {
            try {
                view.check(viewFunctions());
            } catch (Fault wrong) {
                ViewThread.Failure failure = ViewThread.failure(FailureKind.BAD_ARGUMENTS, wrong);
                outcome.end(outcome.failed(failure.why(), failure.step()));
                return;
            }
        }
        FeedSource source = sources.computeIfAbsent(to.feed(), each -> new FeedSource(each, to.source(), this));
        ItemSource items = new ItemSource(
                task.seq(), true, to.headers().itemLimit(), to.headers().received());
        FeedOrigin feed = view == null ? source : source.view(view);
        FeedSubscriber subscriber = new FeedSubscriber(task, outcome, feed, this, items, to.after());
        task.givenBy(subscriber);
        task.ledger.leavesItsPlace(task);
        task.ledger.streams(task, items);
        subscribers.add(subscriber);
        subscriber.advance();
        feed.add(subscriber);
        task.ledger.deal();
    }

    void remove(FeedSubscriber subscriber) {
        subscribers.remove(subscriber);
        frames.remove(subscriber.task);
    }

    /** To be called once in a while: what the scheduler of the publishers lost is scheduled again. */
    void tend() {
        sources.values().forEach(FeedSource::tend);
    }

    /** A new life of the node begins: subscribers of the former one are gone. */
    void restart() {
        stop();
        epoch = Math.max(epoch + 1, newEpoch());
        sources.values().forEach(FeedSource::restart);
    }

    /** Takes no more subscribers. */
    void close() {
        closed = true;
    }

    void stop() {
        List.copyOf(subscribers).forEach(FeedSubscriber::stop);
    }

    List<FeedStats> stats() {
        return sources.values().stream().map(FeedSource::stats).toList();
    }
}
