package io.broccoli.dispatch;

import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.credit.ItemSink;
import io.broccoli.frame.Payload;
import io.broccoli.route.Route;
import io.broccoli.route.Router;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/**
 * One subscription to a {@link FluxDispatch}: takes elements from upstream as credit and window allow, runs the plan for each,
 * and emits outcomes as they are asked for. Belongs to the member's serial executor, where all happens in
 * {@link Dispatcher#settle}; what comes on other threads is noted by its {@link StreamSignals}.
 */
final class DispatchStream<I, R> {

    /** Elements that may wait for earlier ones of their key while others pass them; those beyond it slow down the source. */
    private static final int MAX_BLOCKED = 16;

    private final Dispatcher dispatcher;
    private final Plan<I, R> plan;
    private final DispatchOptions options;
    private final CoreSubscriber<? super TaskOutcome<R>> actual;
    private final @Nullable SubWork subWork; // of the task that dispatches; null for a member's own
    private final boolean eager;
    private final long timeout;
    private final long expiry;

    private final StreamSignals<I> signals;
    private final Backlog backlog;
    private final @Nullable Stragglers stragglers;
    private final Elements elements = new Elements();
    private final ArrayDeque<ElementRun> unread = new ArrayDeque<>(); // unordered only: with something to emit
    double pass; // what it launched, by its weight; kept by Turns
    private int ended;
    private long requested; // of upstream, and not arrived
    private boolean waiting; // there is room, but no credit to ask upstream for more
    private boolean wanted; // credit, once
    private boolean over;
    private boolean oldestWaited; // for credit, when it was last looked

    DispatchStream(
            Dispatcher dispatcher,
            Plan<I, R> plan,
            DispatchOptions options,
            CoreSubscriber<? super TaskOutcome<R>> actual,
            @Nullable SubWork subWork,
            boolean eager) {
        this.dispatcher = dispatcher;
        this.plan = plan;
        this.options = options;
        this.actual = actual;
        this.subWork = subWork;
        this.eager = eager;
        this.timeout = options.timeout().toNanos();
        this.expiry = options.expiry().toNanos();
        this.backlog = new Backlog(dispatcher, options);
        this.stragglers = options.hedging() == null ? null : new Stragglers(options.hedging());
        this.signals = new StreamSignals<>(this, dispatcher, options, actual);
    }

    /** What is to be subscribed to the source. */
    StreamSignals<I> signals() {
        return signals;
    }

    // ---- called by the dispatcher as it settles

    /** Begins what arrived. */
    void accept() {
        Throwable failed = signals.fatal();
        if (signals.isCancelled() || failed != null) {
            abandon();
            if (failed != null && signals.silence()) {
                actual.onError(failed);
            }
            return;
        }
        I element;
        while (!over && (element = signals.poll()) != null) {
            requested--;
            begin(element);
        }
        if (eager && !over) {
            ask(options.window() - elements.count() - requested);
        }
    }

    private void begin(I element) {
        long deadline = deadline(dispatcher.now());
        long expiresAt = expiry == 0 ? Long.MAX_VALUE : dispatcher.now() + expiry;
        ElementRun run;
        RuntimeException unroutable = null;
        try {
            run = new ElementRun(this, options.router().route(element), deadline, expiresAt);
        } catch (RuntimeException thrown) {
            run = new ElementRun(this, Router.leastLoaded().route(element), deadline, expiresAt);
            unroutable = thrown;
        }
        elements.append(run);
        dispatcher.wakeAt(Math.min(deadline, expiresAt));
        try {
            if (unroutable != null) {
                throw unroutable;
            }
            plan.begin(element, run);
        } catch (RuntimeException thrown) {
            run.guarded(() -> {
                throw thrown;
            });
        }
        run.beginning = false;
    }

    /** Asks upstream for as much as there is credit for; one element may wait without. */
    void pull(long share) {
        if (!isHungry()) {
            return;
        }
        long room = options.window() - elements.count();
        long blocked = Math.max(0, backlog.blocked() - MAX_BLOCKED);
        long more = Math.min(Math.max(1, Math.min(share, worthPreparing())), room)
                - requested
                - backlog.pending()
                - blocked;
        if (more > 0) {
            waiting = false;
            ask(more);
        } else if (!waiting && room - requested > 0) {
            waiting = true;
            dispatcher.sourceWaits();
        }
    }

    private void ask(long more) {
        if (more > 0) {
            requested += more;
            signals.ask(more);
        }
    }

    /** Emits what is ended, in order unless told otherwise, as far as it is asked for; then the end, when all is emitted. */
    @SuppressWarnings("unchecked")
    void emit() {
        long emitted = 0;
        long asked = signals.asked();
        while (!signals.isCancelled()) {
            ElementRun run = options.ordered() ? elements.oldest() : unread.peekFirst();
            TaskOutcome<?> next = run == null ? null : run.next();
            if (run == null || next == null || emitted == asked && next != Outcomes.COMPLETE) {
                break;
            }
            if (!options.ordered()) {
                unread.removeFirst();
                run.unread = false;
            }
            if (run.hasUnreadItems()) {
                took(run);
            } else {
                elements.remove(run);
                ended--;
            }
            if (next != Outcomes.COMPLETE) {
                emitted++;
                actual.onNext((TaskOutcome<R>) next);
            }
        }
        signals.emitted(emitted);
        if (!over && elements.count() == 0 && signals.hasGivenAll()) {
            finish();
        }
    }

    /** A value of several goes on: its task may give another one. */
    private void took(ElementRun run) {
        run.takeItem(deadline(dispatcher.now()));
        if (run.next() != null) {
            unread(run);
        }
    }

    private void unread(ElementRun run) {
        if (!options.ordered() && !run.unread) {
            run.unread = true;
            unread.addLast(run);
        }
    }

    private long deadline(long from) {
        return timeout == 0 ? Long.MAX_VALUE : from + timeout;
    }

    private void finish() {
        over = true;
        dispatcher.end(this);
        Throwable failed = signals.error();
        if (failed != null) {
            actual.onError(failed);
        } else {
            actual.onComplete();
        }
    }

    /** The subscriber left: voids all that is under way. */
    private void abandon() {
        if (over) {
            return;
        }
        over = true;
        dispatcher.end(this);
        for (ElementRun run = elements.oldest(); run != null; run = run.next) {
            run.outcome = Outcomes.CLOSED;
            backlog.withdraw(run);
        }
        elements.clear();
        unread.clear();
        signals.discard();
    }

    /** Ends the stream, because the member leaves, or what it is a part of. */
    void close(TaskOutcome.Failure<?> why) {
        if (!over) {
            signals.fail(why.toException());
            accept();
        }
    }

    // ---- elements and their errands

    Backlog backlog() {
        return backlog;
    }

    /** An errand was sent by a link. */
    void sent(Errand errand) {
        errand.run.sent = true;
        if (stragglers != null) {
            stragglers.sent();
        }
        if (options.rate() != null) {
            options.rate().take(dispatcher.now());
        }
    }

    /** An errand succeeded. */
    void succeeded(Errand errand) {
        if (stragglers != null) {
            stragglers.ended(dispatcher.clock() - errand.sentAt);
        }
    }

    void ended(ElementRun run, TaskOutcome<?> outcome) {
        run.outcome = outcome;
        backlog.withdraw(run);
        ended++;
        unread(run);
        dispatcher.changed();
    }

    /** A value of several came. */
    void arrived(ElementRun run) {
        unread(run);
        dispatcher.changed();
    }

    /** The nodes changed: keys may belong to others now. */
    void reroute() {
        backlog.reroute();
    }

    boolean together(Route route, List<String> tasks) {
        return dispatcher.together(route, tasks);
    }

    // ---- time

    /** Wakes what sleeps, and ends elements whose time is over; returns when to look again. */
    long wake(long now) {
        long next = backlog.wake(now);
        if (timeout == 0 && expiry == 0) {
            return next;
        }
        for (ElementRun run = elements.oldest(); run != null; run = run.next) {
            if (run.isEnded()) {
                continue;
            }
            if (run.hasUnreadItems()) {
                next = Math.min(next, deadline(now)); // time counts again when they are taken
                continue;
            }
            long end = run.sent ? run.deadline : Math.min(run.deadline, run.expiresAt);
            if (end - now > 0) {
                next = Math.min(next, end);
                if (expiry == 0 && run.several == null) {
                    break; // all behind it have more time
                }
            } else if (run.deadline - now <= 0) {
                fail(run, dispatcher.timedOut(run, options.timeout()));
            } else {
                fail(run, expired());
            }
        }
        return next;
    }

    private void fail(ElementRun run, TaskOutcome.Failure<?> failure) {
        run.fail(run.errands == null ? failure : dispatcher.links().errands().told(run.errands, failure));
    }

    TaskOutcome.Failure<Object> expired() {
        String message = "No node had begun it " + options.expiry().toMillis() + " ms after it was taken";
        return TaskOutcome.Failure.of(FailureKind.EXPIRED, message, "");
    }

    /** Copies late tasks to where there is room to spare; returns when to look again. */
    long hedge(Links links, long now) {
        return stragglers == null || over || backlog.pending() > 0
                ? Long.MAX_VALUE
                : stragglers.hedge(elements.oldest(), links, now);
    }

    /**
     * To be called once in a re-announce. Elements that run ahead of the oldest one wait for it, with a place at a node, once they
     * have given what the item window allows. Where it finds no place because they have them all, the newest gives up its own and
     * begins anew later: nothing of it was emitted.
     */
    void makeRoom() {
        ElementRun oldest = elements.oldest();
        boolean waits = options.ordered() && !over && oldest != null && oldest.waitsForCredit();
        if (oldest != null && waits && oldestWaited && options.delivery() != Delivery.AT_MOST_ONCE) {
            ElementRun run = elements.newest();
            while (run != null && run != oldest && !run.isInTheWayOf(oldest)) {
                run = run.previous;
            }
            if (run != null && run != oldest) {
                run.beginAnew();
            }
        }
        oldestWaited = waits;
    }

    // ---- figures

    boolean isOver() {
        return over;
    }

    /** Whether it would take more elements, were there room and credit; one that takes all there are waits for neither. */
    boolean isHungry() {
        return !eager && !over && signals.mayAsk();
    }

    /** Slots that are free or in flight: as many elements may want credit within the next round trip. */
    int lookAheadRoom() {
        return isHungry() ? options.window() - ended : 0;
    }

    int pending() {
        return backlog.pending();
    }

    /** Whether elements wait for the first time, of a source that may have more; once. */
    boolean beginsToWant() {
        boolean begins = !wanted && pending() > 0 && isHungry();
        wanted |= begins;
        return begins;
    }

    /** Values of several that were not emitted; goes through all elements. */
    long unread() {
        long values = 0;
        for (ElementRun run = elements.oldest(); run != null; run = run.next) {
            values += run.items == null ? 0 : run.items.size();
        }
        return values;
    }

    /** Adds its tasks to a list, as long as there is room for more. */
    void describe(List<TaskInFlight> found, long now) {
        for (ElementRun run = elements.oldest(); run != null; run = run.next) {
            for (Errand errand = run.errands;
                    errand != null && found.size() < TaskInFlight.MOST;
                    errand = errand.next) {
                found.add(errand.describe(options.name(), now));
            }
        }
    }

    @Nullable SubWork subWork() {
        return subWork;
    }

    /** How many tasks its tasks are nested in. */
    int depth() {
        return subWork == null ? 0 : subWork.depth();
    }

    /** Whether what waits there may be sent to nodes. */
    boolean usesCredit(Lane lane) {
        return subWork == null || subWork.usesCredit(lane);
    }

    /** Late tasks that no node has room for. */
    int late() {
        return stragglers == null ? 0 : stragglers.late();
    }

    /** How many tasks are worth having ready to be sent. */
    int worthPreparing() {
        return options.rate() == null ? Integer.MAX_VALUE : options.rate().worthPreparing(dispatcher.now());
    }

    DispatchOptions options() {
        return options;
    }

    /** Receives what an element's task gives, where it gives several values. */
    ItemSink newSink() {
        return new ItemSink(options.items(), eager);
    }

    Payload encode(@Nullable Object value) {
        return dispatcher.payloads().encode(value);
    }

    TaskOutcome<?> decode(Payload value) {
        try {
            return new TaskOutcome.Success<>(dispatcher.payloads().decode(value, plan.resultType()));
        } catch (ConversionException | MalformedFrameException failed) {
            return TaskOutcome.Failure.of(FailureKind.CONVERSION, String.valueOf(failed.getMessage()), "");
        }
    }
}
