package io.broccoli.internal.producer;

import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.StreamInfo;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.boundary.Choices;
import io.broccoli.internal.boundary.Downstream;
import io.broccoli.task.TaskOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/**
 * One subscription to a {@link FluxDispatch}: takes elements from upstream as credit and window allow, runs the plan for each,
 * and emits outcomes as they are asked for. Belongs to the member's serial executor, where all happens as the {@link Dispatcher}
 * settles; what comes on other threads is noted by its {@link StreamSignals}.
 */
public final class DispatchStream<I, R> implements StreamSignals.Stream {

    /** Elements that may wait for earlier ones of their key while others pass them; those beyond it slow down the source. */
    private static final int MAX_BLOCKED = 16;

    /** The member, as a stream knows it. */
    interface Host {

        void begins(DispatchStream<?, ?> stream);

        void ends(DispatchStream<?, ?> stream);

        /** The source could give more, and there is no credit for it. */
        void sourceWaits();
    }

    private final Agenda agenda;
    private final Host host;
    private final Choices choices;
    private final Plan<I, R> plan;
    private final DispatchOptions options;
    private final @Nullable Parent parent; // of the task that dispatches; null for a member's own
    private final boolean eager;

    private final Downstream<TaskOutcome<R>> downstream;
    private final Emitter<R> emitter;
    private final Elements elements; // the emitter's
    private final StreamWork work;
    private final StreamSignals<I> signals;
    double pass; // what it launched, by its weight; kept by Turns
    private long requested; // of upstream, and not arrived
    private boolean starved; // there is room, but no credit to ask upstream for more
    private boolean wanted; // credit, once
    private boolean over;
    private @Nullable Errand waited; // the oldest element's, if it waited for credit when it was last looked
    private long waitedSinceSent; // when it had been sent before

    /**
     * @param parent of the task that dispatches; null for a member's own
     * @param eager whether elements are taken as far as the window goes, whatever credit there is
     */
    DispatchStream(
            Services services,
            Host host,
            Plan<I, R> plan,
            DispatchOptions options,
            CoreSubscriber<? super TaskOutcome<R>> actual,
            @Nullable Parent parent,
            boolean eager) {
        this.agenda = services.agenda();
        this.host = host;
        this.choices = services.context().boundary().choices();
        this.plan = plan;
        this.options = options;
        this.parent = parent;
        this.eager = eager;
        this.downstream = new Downstream<>(actual, services.context().boundary().guard());
        this.emitter = new Emitter<>(downstream, options.ordered());
        this.elements = emitter.elements();
        this.work = new StreamWork(services, plan, options, emitter, parent == null ? 0 : parent.depth(), eager);
        this.signals = new StreamSignals<>(this, work, services.context(), options, downstream);
    }

    /** What is to be subscribed to the source. */
    StreamSignals<I> signals() {
        return signals;
    }

    // ---- what its signals note

    @Override
    public void begins() {
        host.begins(this);
    }

    @Override
    public void noted() {
        if (over) {
            signals.discard(); // the source heard too late that nobody is there any more
        } else {
            agenda.changed();
        }
    }

    // ---- called by the dispatcher as it settles

    /** Begins what arrived. */
    void accept() {
        if (signals.isCancelled() || signals.fatal() != null) {
            abandon();
            return;
        }
        ElementRun run;
        while (!over && (run = signals.poll()) != null) {
            requested--;
            begin(run);
        }
        if (eager && !over) {
            ask(options.window() - elements.count() - requested);
        }
    }

    @SuppressWarnings("unchecked")
    private void begin(ElementRun run) {
        work.begin(run);
        I element = (I) run.takeElement();
        TaskOutcome.Failure<?> unroutable = run.unroutable();
        if (unroutable != null) {
            run.fail(unroutable);
        } else {
            choices.begin(plan, element, run);
        }
        run.beginning = false;
    }

    /** Asks upstream for as much as there is credit for; one element may wait without. */
    void pull(long share) {
        if (!isHungry()) {
            return;
        }
        long room = options.window() - elements.count();
        long blocked = Math.max(0, backlog().blocked() - MAX_BLOCKED);
        long more = Math.min(Math.max(1, Math.min(share, worthPreparing())), room) - requested - pending() - blocked;
        if (more > 0) {
            starved = false;
            ask(more);
        } else if (!starved && room - requested > 0) {
            starved = true;
            host.sourceWaits();
        }
    }

    private void ask(long more) {
        if (more > 0) {
            requested += more;
            signals.ask(more);
        }
    }

    /** Emits what is ended; then the end, when all is emitted. */
    void emit() {
        if (over) {
            return;
        }
        Throwable thrown = emitter.emit(signals, work.itemDeadline());
        if (thrown != null) {
            signals.fail(thrown);
            abandon(true); // it may have cancelled in the call that it threw out of, as next() does: it has no end yet
        } else if (elements.count() == 0 && signals.hasGivenAll()) {
            finish();
        }
    }

    private void finish() {
        over = true;
        host.ends(this);
        Throwable failed = signals.error();
        if (failed != null) {
            downstream.onError(failed);
        } else {
            downstream.onComplete();
        }
    }

    private void abandon() {
        abandon(false);
    }

    /**
     * The subscriber left, or cannot go on: voids all that is under way, and then discards what came.
     *
     * @param isThere whether the subscriber is told of an error though it cancelled
     */
    private void abandon(boolean isThere) {
        if (over) {
            return;
        }
        over = true;
        host.ends(this);
        List<TaskOutcome<?>> unwanted = emitter.abandon();
        signals.discard();
        emitter.discard(unwanted);
        Throwable failed = signals.fatal();
        if (failed == null) {
            return;
        }
        if (signals.silence() || isThere) {
            downstream.onError(failed);
        } else {
            downstream.dropError(failed);
        }
    }

    /** Ends the stream, because the member leaves, or what it is a part of. */
    public void close(TaskOutcome.Failure<?> why) {
        if (!over && !signals.isCancelled()) {
            signals.fail(why.toException());
        }
        abandon();
    }

    // ---- what waits

    public Backlog backlog() {
        return work.backlog();
    }

    /** The nodes changed: keys may belong to others now. */
    void reroute() {
        backlog().reroute();
    }

    /** Wakes what sleeps, and ends elements whose time is over; returns when to look again. */
    long wake(long now) {
        return work.wake(now);
    }

    /** Copies late tasks to where there is room to spare; returns when to look again. */
    long hedge(long now) {
        return over ? Deadline.NEVER : work.hedge(now);
    }

    /**
     * To be called once in a re-announce. Elements that run ahead of the oldest one wait for it, with a place at a node, once they
     * have given what the item window allows. Where it finds no place from one call to the next because they have them all, the
     * newest gives up its own and begins anew later: nothing of it was emitted.
     */
    void makeRoom() {
        ElementRun oldest = elements.oldest();
        boolean waits = options.ordered() && !over && oldest != null && oldest.waitsForCredit();
        Errand waiting = oldest != null && waits ? oldest.errands : null;
        boolean still = waiting != null && waiting == waited && waiting.sentAt == waitedSinceSent;
        if (oldest != null && still && options.delivery() != Delivery.AT_MOST_ONCE) {
            ElementRun run = elements.newest();
            while (run != null && run != oldest && !run.isInTheWayOf(oldest)) {
                run = run.previous;
            }
            if (run != null && run != oldest) {
                run.beginAnew();
            }
        }
        waited = waiting;
        waitedSinceSent = waiting == null ? 0 : waiting.sentAt;
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
        return isHungry() ? options.window() - emitter.ended() : 0;
    }

    public int pending() {
        return backlog().pending();
    }

    /** Whether elements wait for the first time, of a source that may have more; once. */
    boolean beginsToWant() {
        boolean begins = !wanted && pending() > 0 && isHungry();
        wanted |= begins;
        return begins;
    }

    /** Values of several that were not emitted; goes through all elements. */
    long unread() {
        return emitter.unread();
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

    /** What it is doing now; goes through all elements. */
    StreamInfo info(HeldBack heldBack, long now) {
        int inFlight = 0;
        for (ElementRun run = elements.oldest(); run != null; run = run.next) {
            for (Errand errand = run.errands; errand != null; errand = errand.next) {
                inFlight += errand.isUnderWay() ? 1 : 0;
            }
        }
        return new StreamInfo(
                options.name(),
                options.window(),
                elements.count(),
                pending(),
                backlog().blocked(),
                inFlight,
                emitter.ended(),
                requested,
                signals.asked(),
                heldBack.of(this, inFlight, now));
    }

    boolean waitsForSubscriber() {
        return emitter.isReady() && signals.asked() == 0;
    }

    /** Whether elements have ended that cannot be emitted before an earlier one. */
    boolean waitsForOldest() {
        return options.ordered() && emitter.ended() > 0 && !emitter.isReady();
    }

    /** Whether it has taken as many elements as its window allows. */
    boolean isFull() {
        return elements.count() >= options.window();
    }

    /** Whether it takes all elements that there are, whatever credit there is. */
    boolean isEager() {
        return eager;
    }

    /** Whether its source has not ended. */
    boolean mayHaveMore() {
        return !over && signals.mayAsk();
    }

    long requested() {
        return requested;
    }

    int ended() {
        return emitter.ended();
    }

    /** The task at a node that belongs to the oldest element; null if no task is at a node. */
    @Nullable Errand oldestUnderWay() {
        for (ElementRun run = elements.oldest(); run != null; run = run.next) {
            for (Errand errand = run.errands; errand != null; errand = errand.next) {
                if (errand.isUnderWay()) {
                    return errand;
                }
            }
        }
        return null;
    }

    @Nullable Parent parent() {
        return parent;
    }

    /** Whether what waits there may be sent to nodes. */
    boolean usesCredit(Lane lane) {
        return parent == null || parent.usesCredit(lane);
    }

    /** Late tasks that no node has room for. */
    int late() {
        return work.late();
    }

    /** How many tasks are worth having ready to be sent. */
    int worthPreparing() {
        return options.rate() == null ? Integer.MAX_VALUE : options.rate().worthPreparing(agenda.now());
    }

    public DispatchOptions options() {
        return options;
    }
}
