package io.broccoli.dispatch;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.credit.Timing;
import io.broccoli.route.Route;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * A member as a producer: its streams take turns on its links. Signals and frames only change state; then {@link #settle}
 * brings everything into balance once: begin what arrived, emit what ended, launch what has credit, pull what has room, tell
 * the nodes what is wanted. Belongs to the member's serial executor.
 */
final class Dispatcher {

    /** How long work may wait while nodes are there that do not offer its task: one that does may be joining. */
    static final long UNKNOWN_TASK_GRACE = TimeUnit.SECONDS.toNanos(1);

    private final Executor loop;
    private final Scheduler scheduler;
    private final LongSupplier clock;
    private final PayloadCodec payloads;
    private final Links links;
    private final Supplier<String> situation;

    private final List<DispatchStream<?, ?>> streams = new ArrayList<>(); // in the order of their priority
    private final Turns turns;
    private boolean changed;
    private boolean closed;
    private long now;
    private long sourceWaits;
    private long nextTick;
    private long timerAt = Long.MAX_VALUE;
    private @Nullable Disposable timer;

    /**
     * @param changed hears of nodes that stopped to answer, or answer again
     * @param situation says who is there and how the connection is, for messages
     */
    Dispatcher(
            Executor loop,
            ClusterOptions options,
            PayloadCodec payloads,
            Wire wire,
            long epoch,
            Runnable hello,
            Consumer<NodeInfo> changed,
            Supplier<String> situation) {
        this.loop = loop;
        this.scheduler = options.scheduler();
        this.clock = options.nanoTime();
        this.payloads = payloads;
        this.situation = situation;
        this.now = clock.getAsLong();
        this.links = new Links(this, wire, options, epoch, hello, changed);
        this.turns = new Turns(streams, links, this::wakeAt);
    }

    /** May be called from any thread. */
    <I, R> Flux<TaskOutcome<R>> dispatch(Publisher<? extends I> source, Plan<I, R> plan, DispatchOptions options) {
        return FluxDispatch.of(this, source, plan, options, null);
    }

    /** May be called from any thread. */
    void execute(Runnable task) {
        loop.execute(task);
    }

    // ---- streams

    void begin(DispatchStream<?, ?> stream) {
        if (closed) {
            stream.close(Outcomes.CLOSED);
            return;
        }
        turns.enter(stream);
        SubWork subWork = stream.subWork();
        if (subWork != null) {
            subWork.began(stream);
        }
        if (streams.size() == 1) {
            nextTick = clock.getAsLong() + Timing.REANNOUNCE;
            wakeAt(nextTick);
        }
        changed();
    }

    void end(DispatchStream<?, ?> stream) {
        streams.remove(stream);
        SubWork subWork = stream.subWork();
        if (subWork != null) {
            subWork.ended(stream);
        }
        changed();
    }

    void changed() {
        changed = true;
    }

    void close() {
        closed = true;
        List.copyOf(streams).forEach(stream -> stream.close(Outcomes.CLOSED));
        settle();
    }

    // ---- balance

    /** Runs whenever the executor has nothing else to do. */
    void settle() {
        if (!changed) {
            return;
        }
        changed = false;
        now = clock.getAsLong();
        beginAndEmit();
        turns.launch(now);
        turns.pull();
        beginAndEmit();
        turns.launch(now);
        hedge();
        links.settle(streams, now);
    }

    private void beginAndEmit() {
        // A stream may end, and others may begin, while its subscriber is called.
        for (DispatchStream<?, ?> stream : streams.size() == 1
                ? streams.toArray(NONE)
                : List.copyOf(streams).toArray(NONE)) {
            stream.accept();
            stream.emit();
        }
    }

    private void hedge() {
        for (DispatchStream<?, ?> stream : streams) {
            wakeAt(stream.hedge(links, now));
        }
    }

    // ---- time

    /** The time of the last settling, good enough for deadlines. */
    long now() {
        return now;
    }

    long clock() {
        return clock.getAsLong();
    }

    /** Sees to it that {@link #wake} runs at that time, or before. */
    void wakeAt(long time) {
        if (time >= timerAt) {
            return;
        }
        timerAt = time;
        if (timer != null) {
            timer.dispose();
        }
        long delay = Math.max(0, time - clock.getAsLong());
        timer = scheduler.schedule(() -> loop.execute(this::wake), delay, TimeUnit.NANOSECONDS);
    }

    private void wake() {
        timerAt = Long.MAX_VALUE;
        now = clock.getAsLong();
        for (DispatchStream<?, ?> stream : List.copyOf(streams)) {
            wakeAt(stream.wake(now));
        }
        if (now >= nextTick) {
            nextTick = now + Timing.REANNOUNCE;
            links.tick();
            failUnknown();
            failExhausted();
            streams.forEach(DispatchStream::makeRoom);
        }
        if (!streams.isEmpty() || links.areBusy()) {
            wakeAt(nextTick);
        }
        changed();
    }

    private void failUnknown() {
        for (DispatchStream<?, ?> stream : List.copyOf(streams)) {
            for (Lane lane : List.copyOf(stream.backlog().lanes())) {
                links.refresh(lane);
                long since = lane.stuckSince(now);
                boolean stuck = since != 0 && now - since >= UNKNOWN_TASK_GRACE && links.anyAdmitted(lane.route);
                SubWork subWork = stream.subWork();
                if (stuck && (subWork == null || !subWork.runsInPlace(lane))) {
                    String message = "No node that may be used offers " + links.missing(lane) + "; they offer "
                            + links.offered(lane.route);
                    failAll(stream, lane, FailureKind.UNKNOWN_TASK, message);
                }
            }
        }
    }

    private void failExhausted() {
        for (DispatchStream<?, ?> stream : List.copyOf(streams)) {
            SubWork subWork = stream.subWork();
            if (subWork == null) {
                continue;
            }
            for (Lane lane : List.copyOf(stream.backlog().lanes())) {
                if (now - lane.starvedSince(now) >= subWork.patience() && !subWork.runsInPlace(lane)) {
                    failAll(stream, lane, FailureKind.NESTING_EXHAUSTED, subWork.exhausted(lane));
                }
            }
        }
    }

    private void failAll(DispatchStream<?, ?> stream, Lane lane, FailureKind kind, String message) {
        lane.drainTo(errand -> {
            stream.backlog().taken();
            links.errands().end(errand, TaskOutcome.Failure.of(kind, message, errand.task()));
        });
    }

    TaskOutcome.Failure<Object> timedOut(ElementRun run, Duration timeout) {
        Errand errand = run.errands;
        String waited = "No outcome within " + timeout.toMillis() + " ms: ";
        if (errand == null) {
            return TaskOutcome.Failure.of(FailureKind.TIMEOUT, waited + "nothing was under way", "");
        }
        Link link = errand.link;
        if (link != null) {
            String message = waited + "node " + link.name() + " has the task and did not answer; " + situation.get();
            return TaskOutcome.Failure.of(FailureKind.TIMEOUT, message, errand.task())
                    .on(link.name(), errand.attempt);
        }
        return TaskOutcome.Failure.of(
                FailureKind.TIMEOUT, waited + whyItWaits(errand) + situation.get(), errand.task());
    }

    private String whyItWaits(Errand errand) {
        TaskOutcome.Failure<?> last = errand.lastFailure;
        if (last != null) {
            return "attempt " + errand.attempt + " had yet to come, after " + last.kind() + ": " + last.message()
                    + "; ";
        }
        Lane lane = errand.lane;
        if (lane == null || lane != errand.room) {
            return "it waited for its time, or for an earlier element of its key; ";
        }
        links.refresh(lane);
        return lane.candidates().isEmpty() ? "no node that may be used is there; " : "no node had room for it; ";
    }

    // ---- what streams ask

    Links links() {
        return links;
    }

    PayloadCodec payloads() {
        return payloads;
    }

    void voidErrand(Errand errand) {
        links.voidErrand(errand);
    }

    Route resolve(Route route) {
        return links.resolve(route);
    }

    boolean together(Route route, List<String> tasks) {
        return links.together(route, tasks);
    }

    void sourceWaits() {
        sourceWaits++;
    }

    /** The nodes changed. */
    void topologyChanged() {
        streams.forEach(DispatchStream::reroute);
        changed();
    }

    // ---- figures

    long waits() {
        return sourceWaits;
    }

    List<TaskInFlight> inFlight() {
        now = clock.getAsLong();
        List<TaskInFlight> found = new ArrayList<>();
        for (DispatchStream<?, ?> stream : streams) {
            stream.describe(found, now);
        }
        return List.copyOf(found);
    }

    long unread() {
        return streams.stream().mapToLong(DispatchStream::unread).sum();
    }

    int pending() {
        int pending = 0;
        for (DispatchStream<?, ?> stream : streams) {
            pending += stream.pending();
        }
        return pending;
    }

    private static final DispatchStream<?, ?>[] NONE = {};
}
