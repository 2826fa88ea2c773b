package io.broccoli.dispatch;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.route.Route;
import io.broccoli.route.Router;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * One subscription to a {@link FluxDispatch}: takes elements from upstream as credit and window allow, runs the plan for each,
 * and emits outcomes as they are asked for. Signals come on any thread and only leave a note; all else happens on the
 * member's serial executor, in {@link Dispatcher#settle}.
 */
final class DispatchStream<I, R> implements CoreSubscriber<I>, Subscription, Scannable, Runnable {

    private final Dispatcher dispatcher;
    private final Plan<I, R> plan;
    private final DispatchOptions options;
    private final CoreSubscriber<? super TaskOutcome<R>> actual;
    private final long timeout;

    // Notes from any thread.
    private final Queue<I> arrivals;
    private final AtomicBoolean noted = new AtomicBoolean();
    private final AtomicLong demand = new AtomicLong();
    private volatile @Nullable Throwable error;
    private volatile @Nullable Throwable fatal;
    private volatile boolean completed;
    private volatile boolean cancelled;
    private volatile @Nullable Subscription upstream;

    // On the executor only.
    private final Lanes lanes;
    private final Elements elements = new Elements();
    private final ArrayDeque<ElementRun> unread = new ArrayDeque<>(); // unordered only: with something to emit
    private int ended;
    private int pending; // errands that wait for credit
    private long requested; // of upstream, and not arrived
    private boolean waiting; // there is room, but no credit to ask upstream for more
    private boolean over;

    DispatchStream(
            Dispatcher dispatcher,
            Plan<I, R> plan,
            DispatchOptions options,
            CoreSubscriber<? super TaskOutcome<R>> actual) {
        this.dispatcher = dispatcher;
        this.plan = plan;
        this.options = options;
        this.actual = actual;
        this.timeout = options.timeout().toNanos();
        this.lanes = new Lanes(dispatcher::resolve);
        this.arrivals = Queues.<I>get(options.window()).get();
    }

    // ---- signals, on any thread

    @Override
    public void onSubscribe(Subscription subscription) {
        if (Operators.validate(upstream, subscription)) {
            upstream = subscription;
            actual.onSubscribe(this);
            dispatcher.execute(() -> dispatcher.begin(this));
        }
    }

    @Override
    public void onNext(I element) {
        Objects.requireNonNull(element, "element");
        if (completed) {
            Operators.onNextDropped(element, actual.currentContext());
        } else if (arrivals.offer(element)) {
            note();
        } else {
            fail(Exceptions.failWithOverflow("The source gave more than it was asked for"));
        }
    }

    @Override
    public void onError(Throwable failed) {
        Objects.requireNonNull(failed, "failed");
        if (completed) {
            Operators.onErrorDropped(failed, actual.currentContext());
            return;
        }
        error = failed;
        completed = true;
        note();
    }

    @Override
    public void onComplete() {
        completed = true;
        note();
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            fail(new IllegalArgumentException("Spec. Rule 3.9: a request is above 0, not " + n));
        } else {
            demand.accumulateAndGet(n, Operators::addCap);
            note();
        }
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            cancelUpstream();
            note();
        }
    }

    /** Ends the stream with an error of its own, whatever is under way. */
    private void fail(Throwable failed) {
        cancelUpstream();
        fatal = failed;
        completed = true;
        note();
    }

    private void cancelUpstream() {
        Subscription subscription = upstream;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    private void note() {
        if (noted.compareAndSet(false, true)) {
            dispatcher.execute(this);
        }
    }

    /** On the executor: something was noted. */
    @Override
    public void run() {
        noted.set(false);
        dispatcher.changed();
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    // ---- on the executor, called by the dispatcher as it settles

    /** Begins what arrived. */
    void accept() {
        Throwable failed = fatal;
        if (cancelled || failed != null) {
            abandon();
            if (failed != null && !cancelled) {
                cancelled = true;
                actual.onError(failed);
            }
            return;
        }
        I element;
        while (!over && (element = arrivals.poll()) != null) {
            requested--;
            begin(element);
        }
    }

    private void begin(I element) {
        long deadline = deadline(dispatcher.now());
        ElementRun run;
        RuntimeException unroutable = null;
        try {
            run = new ElementRun(this, options.router().route(element), deadline);
        } catch (RuntimeException thrown) {
            run = new ElementRun(this, Router.leastLoaded().route(element), deadline);
            unroutable = thrown;
        }
        elements.append(run);
        if (timeout != 0) {
            dispatcher.wakeAt(deadline);
        }
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
        long more = Math.min(Math.max(1, share), room) - requested - pending;
        if (more > 0) {
            waiting = false;
            requested += more;
            Subscription subscription = upstream;
            if (subscription != null) {
                subscription.request(more);
            }
        } else if (!waiting && room - requested > 0) {
            waiting = true;
            dispatcher.sourceWaits();
        }
    }

    /** Emits what is ended, in order unless told otherwise, as far as it is asked for; then the end, when all is emitted. */
    @SuppressWarnings("unchecked")
    void emit() {
        long emitted = 0;
        long asked = demand.get();
        while (!cancelled) {
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
        if (emitted > 0 && asked != Long.MAX_VALUE) {
            demand.addAndGet(-emitted);
        }
        if (!over && completed && !cancelled && elements.count() == 0 && arrivals.isEmpty()) {
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
        Throwable failed = error;
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
            withdraw(run);
        }
        elements.clear();
        unread.clear();
        I element;
        while ((element = arrivals.poll()) != null) {
            Operators.onDiscard(element, actual.currentContext());
        }
    }

    /** Ends the stream, because the member leaves. */
    void close() {
        if (!over) {
            fail(Outcomes.CLOSED.toException());
            accept();
        }
    }

    // ---- elements and their errands

    Errand submit(ElementRun run, Work work, Run.Then then) {
        Lane lane = lanes.of(run.route, work);
        Errand errand = new Errand(run, work, then, run.route, !run.beginning, lane);
        run.add(errand);
        pending++;
        lane.add(errand);
        dispatcher.changed();
        return errand;
    }

    /** An errand left its lane for a link. */
    void launched() {
        pending--;
    }

    /** An errand came back from a link, to be sent again. */
    void requeue(Errand errand) {
        errand.lane = lanes.of(errand.route, errand.work);
        pending++;
        errand.lane.addAgain(errand);
        dispatcher.changed();
    }

    void ended(ElementRun run, TaskOutcome<?> outcome) {
        run.outcome = outcome;
        withdraw(run);
        ended++;
        unread(run);
        dispatcher.changed();
    }

    /** A value of several came. */
    void arrived(ElementRun run) {
        unread(run);
        dispatcher.changed();
    }

    private void withdraw(ElementRun run) {
        for (Errand errand = run.errands; errand != null; errand = errand.next) {
            if (errand.link != null) {
                dispatcher.voidErrand(errand);
            } else {
                errand.lane.withdraw(errand);
                pending--;
            }
        }
        run.errands = null;
    }

    /** The nodes changed: keys may belong to others now. */
    void reroute() {
        lanes.reroute();
    }

    List<Lane> lanes() {
        return lanes.all();
    }

    /** The lane that elements not taken yet will most likely wait in. */
    @Nullable Lane lastLane() {
        return lanes.last();
    }

    boolean together(Route route, List<String> tasks) {
        return dispatcher.together(route, tasks);
    }

    // ---- time

    /** Ends elements whose time is over; returns the next deadline. */
    long expire(long now) {
        if (timeout == 0) {
            return Long.MAX_VALUE;
        }
        long next = Long.MAX_VALUE;
        for (ElementRun run = elements.oldest(); run != null; run = run.next) {
            if (run.isEnded()) {
                continue;
            }
            if (run.hasUnreadItems()) {
                next = Math.min(next, deadline(now)); // time counts again when they are taken
            } else if (run.deadline - now > 0) {
                next = Math.min(next, run.deadline);
                if (run.several == null) {
                    return next; // those behind it began later, and were never put off
                }
            } else {
                run.fail(dispatcher.timedOut(run, options.timeout()));
            }
        }
        return next;
    }

    // ---- figures

    /** Whether it would take more elements, were there room and credit. */
    boolean isHungry() {
        return !completed && !cancelled && !over && upstream != null;
    }

    /** Slots that are free or in flight: as many elements may want credit within the next round trip. */
    int lookAheadRoom() {
        return isHungry() ? options.window() - ended : 0;
    }

    int pending() {
        return pending;
    }

    int itemWindow() {
        return options.items();
    }

    int attempts() {
        return options.attempts();
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

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.NAME) {
            return options.name();
        }
        if (key == Attr.PREFETCH) {
            return options.window();
        }
        if (key == Attr.REQUESTED_FROM_DOWNSTREAM) {
            return demand.get();
        }
        if (key == Attr.TERMINATED) {
            return completed;
        }
        if (key == Attr.CANCELLED) {
            return cancelled;
        }
        if (key == Attr.ERROR) {
            return error;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
