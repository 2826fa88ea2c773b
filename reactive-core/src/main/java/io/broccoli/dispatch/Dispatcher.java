package io.broccoli.dispatch;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.RateLimit;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.credit.Timing;
import io.broccoli.route.Route;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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

    private final List<DispatchStream<?, ?>> streams = new ArrayList<>();
    private boolean changed;
    private boolean closed;
    private int turn; // which stream pulls first
    private double virtualTime; // of the stream that launched last
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
            Scheduler scheduler,
            LongSupplier clock,
            PayloadCodec payloads,
            Wire wire,
            String member,
            long epoch,
            int maxBatch,
            Runnable hello,
            Consumer<NodeInfo> changed,
            Supplier<String> situation) {
        this.loop = loop;
        this.scheduler = scheduler;
        this.clock = clock;
        this.payloads = payloads;
        this.situation = situation;
        this.now = clock.getAsLong();
        this.links = new Links(this, wire, member, epoch, maxBatch, hello, changed);
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
        int place = streams.size();
        while (place > 0
                && streams.get(place - 1).options().priority()
                        < stream.options().priority()) {
            place--;
        }
        streams.add(place, stream);
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
        launch();
        pull();
        beginAndEmit();
        launch();
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

    private void launch() {
        for (int from = 0; from < streams.size(); ) {
            int to = from;
            int weights = 0;
            for (; to < streams.size() && priority(to) == priority(from); to++) {
                DispatchStream<?, ?> stream = streams.get(to);
                weights += stream.pending() > 0 ? stream.options().weight() : 0;
            }
            if (weights > 0) {
                launch(from, to, weights);
            }
            from = to;
        }
        runInPlace();
    }

    /** What found no credit, and is sub-work of tasks of this node, may take their places. */
    private void runInPlace() {
        for (int i = 0; i < streams.size(); i++) {
            DispatchStream<?, ?> stream = streams.get(i);
            SubWork subWork = stream.subWork();
            RateLimit rate = stream.options().rate();
            if (subWork != null && (rate == null || rate.available(now) > 0)) {
                subWork.runInPlace(stream);
            }
        }
    }

    private int priority(int place) {
        return streams.get(place).options().priority();
    }

    /**
     * Streams of one priority: first each its share, then what the others left; whoever had least for its weight begins (stride
     * scheduling).
     */
    private void launch(int from, int to, int weights) {
        List<DispatchStream<?, ?>> some = streams.subList(from, to);
        if (some.size() > 1) {
            some = some.stream()
                    .filter(stream -> stream.pending() > 0)
                    .sorted(Comparator.comparingDouble(stream -> stream.pass))
                    .toList();
        }
        if (some.size() > 1) {
            double share = (double) links.usable() / weights;
            for (DispatchStream<?, ?> stream : some) {
                launch(stream, Math.max(1, (long) (share * stream.options().weight())));
            }
        }
        for (DispatchStream<?, ?> stream : some) {
            launch(stream, Long.MAX_VALUE);
        }
    }

    private void launch(DispatchStream<?, ?> stream, long quantum) {
        RateLimit rate = stream.options().rate();
        long most = rate == null ? quantum : Math.min(quantum, rate.available(now));
        if (stream.pending() == 0) {
            return;
        }
        long left = most;
        List<Lane> lanes = stream.backlog().lanes();
        if (lanes.size() > 1) {
            for (int i = 0; left > 0 && i < lanes.size(); i++) { // later steps before elements that have not begun
                left -= launch(stream, lanes.get(i), false, left);
            }
        }
        // By index: an errand that cannot be sent ends, and what its plan submits then may need another lane.
        for (int i = 0; left > 0 && i < lanes.size(); i++) {
            left -= launch(stream, lanes.get(i), true, left);
        }
        if (rate != null && stream.pending() > 0 && rate.available(now) == 0) {
            wakeAt(rate.nextAt(now));
        }
        if (left < most) {
            virtualTime = Math.max(stream.pass, virtualTime);
            stream.pass =
                    virtualTime + (double) (most - left) / stream.options().weight();
        }
    }

    private long launch(DispatchStream<?, ?> stream, Lane lane, boolean begin, long most) {
        if (lane.isEmpty() || !stream.usesCredit(lane)) {
            return 0;
        }
        links.refresh(lane);
        long launched = 0;
        while (launched < most) {
            Link link = lane.pick();
            Errand errand = link == null ? null : lane.poll(begin);
            if (link == null || errand == null) {
                break;
            }
            stream.backlog().taken();
            links.launch(errand, link, now);
            launched++;
        }
        return launched;
    }

    private void hedge() {
        for (DispatchStream<?, ?> stream : streams) {
            wakeAt(stream.hedge(links, now));
        }
    }

    private void pull() {
        int hungry = 0;
        for (DispatchStream<?, ?> stream : streams) {
            hungry += stream.isHungry() ? 1 : 0;
        }
        if (hungry == 0) {
            return;
        }
        long share = (links.usable() + hungry - 1) / hungry;
        turn++;
        List<DispatchStream<?, ?>> all = hungry == 1 ? streams : List.copyOf(streams);
        for (int i = 0; i < all.size(); i++) {
            all.get(Math.floorMod(i + turn, all.size())).pull(share);
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

    int pending() {
        int pending = 0;
        for (DispatchStream<?, ?> stream : streams) {
            pending += stream.pending();
        }
        return pending;
    }

    private static final DispatchStream<?, ?>[] NONE = {};
}
