package io.broccoli.window;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One subscription of a stage. What arrives, from any thread, is queued; one thread at a time drains: emits results while
 * they are requested, takes the next element when there are none, and asks for more when there is none of these either.
 */
final class EventSubscriber<T, O> extends StageSignals<T, O> {

    /** A part of the idle time; so exact is it measured. */
    private static final int TURNS = 4;

    /** Of a machine that has no watermark yet. */
    private static final long NONE = Long.MIN_VALUE;

    private final Machine<T, O> machine;
    private final EventTime.Settings settings;
    private final StageCounters counters;
    private final StageCounters.Part part;
    private final LateFlux<T> late;
    private final Demand demand;
    private final Runnable lateHasRoom = this::drain;
    private volatile boolean turn; // idle sources are to be looked for
    private @Nullable Disposable turns;

    // Of who works.
    private @Nullable O pending;
    private final ArrayDeque<Object> silent = new ArrayDeque<>(); // sources that are idle, to be told one by one
    private boolean ended;
    private boolean emitting;

    EventSubscriber(
            CoreSubscriber<? super O> actual,
            Machine<T, O> machine,
            EventTime.Settings settings,
            StageCounters counters,
            LateFlux<T> late,
            Demand demand) {
        super(actual);
        this.machine = machine;
        this.settings = settings;
        this.counters = counters;
        this.part = counters.new Part();
        this.late = late;
        this.demand = demand;
        settings.known().forEach(machine::joined);
    }

    @Override
    void begin(Subscription subscription) {
        demand.begins(subscription);
        late.begins(lateHasRoom);
        startTurns();
    }

    private void startTurns() {
        Duration idle = settings.idle();
        if (idle != null && !cancelled) {
            long period = turnLength(idle.toMillis());
            try {
                turns = settings.clock().schedulePeriodically(this::turn, period, period, TimeUnit.MILLISECONDS);
            } catch (Throwable refused) {
                error = EventTimeException.thrown("The scheduler", settings.clock(), refused);
                done = true;
            }
        }
    }

    private void turn() {
        turn = true;
        drain();
    }

    /** Until there is nothing to do. */
    @Override
    void work() {
        long emitted = 0;
        long asked = requested.get();
        while (!over) {
            if (cancelled) {
                discardHeld();
                close();
                return;
            }
            Throwable refused = badRequest;
            if (refused != null) {
                throw new UpstreamFailed(refused);
            }
            if (pending == null) {
                pending = machine.next();
            }
            if (pending != null) {
                if (emitted == asked) {
                    asked = emitted(emitted);
                    emitted = 0;
                    if (asked == 0) {
                        demand.heldUp();
                        break;
                    }
                }
                O result = pending;
                pending = null;
                emitted++;
                if (machine.isResult(result)) {
                    counters.results.increment();
                }
                emitting = true;
                actual.onNext(result);
                emitting = false;
            } else if (ended) {
                close();
                actual.onComplete(); // all that was held was emitted
            } else if (!late.hasRoom()) {
                demand.heldUp();
                break;
            } else if (!takeNext()) {
                break;
            }
        }
        if (emitted > 0) {
            emitted(emitted);
        }
        if (!over) {
            part.tell(machine);
        }
    }

    /** @return what is asked for still */
    private long emitted(long count) {
        long left = requested.get();
        return left == Long.MAX_VALUE ? left : requested.addAndGet(-count);
    }

    /** Takes what is next in the queue, or asks for more; false if there is nothing to do. */
    private boolean takeNext() {
        if (!silent.isEmpty()) {
            machine.idle(silent.remove());
            return true;
        }
        if (machine.windows() > settings.mostWindows() || demand.isStuck(machine)) {
            makeRoom();
            return true;
        }
        boolean last = done;
        Object next = direct == null ? queue.poll() : direct;
        direct = null;
        if (next instanceof Note note) {
            note.take(machine, demand);
            return true;
        }
        if (next != null) {
            accept(next);
            return true;
        }
        if (last) {
            Throwable failed = error;
            if (failed != null) {
                throw new UpstreamFailed(failed);
            }
            machine.end();
            ended = true;
            return true;
        }
        if (turn) {
            turn = false;
            long idle = Objects.requireNonNull(settings.idle()).toMillis();
            silent.addAll(machine.watermark().silent(turnLength(idle), idle, demand::wasAsked));
            demand.turn();
            return true;
        }
        part.tell(machine);
        demand.ask(machine);
        return !queue.isEmpty() || done;
    }

    @SuppressWarnings("unchecked") // only elements and notes are queued
    private void accept(Object next) {
        if (machine.isMark(next)) {
            demand.arrived(machine.askedOf(next));
            machine.mark(next);
            return;
        }
        T element = (T) next;
        counters.samples.increment();
        long before = machine.watermark().at().orElse(NONE);
        boolean taken;
        try {
            taken = machine.accept(element);
        } catch (Throwable thrown) {
            Operators.onDiscard(JoinMachine.bare(element), actual.currentContext());
            throw thrown;
        }
        demand.arrived(machine.askedOf(element));
        if (!taken) {
            counters.late.increment();
            if (!late.offer(new LateSample<>(element, Instant.ofEpochMilli(before)))) {
                counters.unheard.increment();
                Operators.onDiscard(JoinMachine.bare(element), actual.currentContext());
            }
        }
        if (machine.watermark().sources() > settings.mostWindows()) {
            throw new EventTimeException(
                    EventTimeException.Kind.TOO_MANY_SOURCES,
                    "There are more than " + settings.mostWindows()
                            + " sources. Set withMostWindows higher, or let the function of sources give fewer",
                    null);
        }
    }

    private void makeRoom() {
        if (settings.fails()) {
            throw new EventTimeException(
                    EventTimeException.Kind.WINDOW_TOO_LARGE,
                    "Open windows hold " + machine.held() + " samples in " + machine.windows()
                            + " windows; the bounds are "
                            + settings.mostSamples() + " and " + settings.mostWindows()
                            + ". Set withMostSamples or withMostWindows higher, use shorter windows, or fold them",
                    null);
        }
        part.tell(machine);
        machine.makeRoom();
    }

    /** A turn that took longer counts as long as it should be. */
    private static long turnLength(long idle) {
        return Math.max(1, idle / TURNS);
    }

    @Override
    void fail(Throwable thrown) {
        if (over) {
            Operators.onErrorDropped(thrown, actual.currentContext());
            return;
        }
        boolean ofSubscriber = emitting;
        discardHeld();
        close();
        if (ofSubscriber) {
            actual.onError(thrown);
        } else if (thrown instanceof UpstreamFailed failed) {
            actual.onError(failed.getCause());
        } else {
            Throwable named = thrown instanceof EventTimeException
                    ? thrown
                    : EventTimeException.thrown("equals or hashCode of a key or a source", machine, thrown);
            actual.onError(Operators.onOperatorError(null, named, actual.currentContext()));
        }
    }

    private void discardHeld() {
        Context context = actual.currentContext();
        try {
            machine.discard(element -> Operators.onDiscard(element, context));
        } catch (Throwable thrown) {
            Operators.onErrorDropped(thrown, context);
        }
        Operators.onDiscard(pending, context);
        pending = null;
    }

    private void close() {
        over = true;
        Subscription current = upstream;
        if (current != null && !sourceEnded) {
            current.cancel();
        }
        Disposable timer = turns;
        if (timer != null) {
            timer.dispose();
        }
        part.tell(machine);
        part.over();
        late.ends(lateHasRoom);
    }

    /** Carries the error of the source through the loop. */
    private static final class UpstreamFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UpstreamFailed(Throwable cause) {
            super(null, cause, false, false);
        }
    }
}
