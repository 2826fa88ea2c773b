package io.broccoli.window;

import io.broccoli.feed.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * How the elements of a stream state their event time, and what follows from it: the start of windows and joins.
 * Immutable; {@code with} methods return copies.
 *
 * <p>The functions are called on the thread that delivers the element. They must not block. If one throws, or gives null
 * for a time or a source, the stream ends with an {@link EventTimeException} that names it.
 *
 * @param <T> the type of the elements
 * @param <K> the type of keys
 */
public final class EventTime<T, K extends @Nullable Object> {

    /** The default of {@link #withMostSamples} and {@link #withMostWindows}. */
    public static final int DEFAULT_BOUND = 100_000;

    private static final Function<Sample<?>, String> BY_NODE = Sample::node;

    private static final Function<Sample<?>, Instant> BY_TIME = Sample::time;

    final Function<? super T, Instant> time;
    final Function<? super T, ?> source;
    final Function<? super T, ? extends K> key;
    final Settings settings;

    /**
     * What does not depend on types.
     *
     * @param known sources that hold the watermark from the beginning
     * @param idle after which a source that was asked and gives nothing counts as idle; null: never
     * @param mostSamples held by one subscription, with those that it asked for
     * @param mostWindows open over all keys
     * @param fails at the bound, instead of firing early
     */
    record Settings(
            Duration disorder,
            Duration lateness,
            Set<?> known,
            @Nullable Duration idle,
            int mostSamples,
            int mostWindows,
            boolean fails,
            Scheduler clock) {

        Settings withKnown(Set<?> sources) {
            return new Settings(disorder, lateness, sources, idle, mostSamples, mostWindows, fails, clock);
        }
    }

    private EventTime(
            Function<? super T, Instant> time,
            Function<? super T, ?> source,
            Function<? super T, ? extends K> key,
            Settings settings) {
        this.time = time;
        this.source = source;
        this.key = key;
        this.settings = settings;
    }

    /** Samples of feeds, by their time; each node is a source. No keys, no disorder, no lateness. */
    public static <V> EventTime<Sample<V>, @Nullable Void> ofSamples() {
        return EventTime.<Sample<V>>of(BY_TIME).withSource(BY_NODE);
    }

    /** Elements that state their time. All of them are one source, until {@link #withSource} says otherwise. */
    public static <T> EventTime<T, @Nullable Void> of(Function<? super T, Instant> time) {
        Settings defaults = new Settings(
                Duration.ZERO,
                Duration.ZERO,
                Set.of(),
                null,
                DEFAULT_BOUND,
                DEFAULT_BOUND,
                false,
                Schedulers.parallel());
        return new EventTime<>(time, element -> "", element -> null, defaults);
    }

    /** Sets where an element states its time; for samples whose value has a time of its own, as those of replays. */
    public EventTime<T, K> withTime(Function<? super T, Instant> function) {
        return new EventTime<>(function, source, key, settings);
    }

    /** Sets which source an element is of. The watermark is that of the slowest source. */
    public EventTime<T, K> withSource(Function<? super T, ?> function) {
        return new EventTime<>(time, function, key, settings);
    }

    /** Windows and joins are by this key. It may be null. Keys are compared by {@code equals}. */
    public <L extends @Nullable Object> EventTime<T, L> keyedBy(Function<? super T, ? extends L> function) {
        return new EventTime<>(time, source, function, settings);
    }

    private EventTime<T, K> with(Settings changed) {
        return new EventTime<>(time, source, key, changed);
    }

    /**
     * Sets how far a sample may be behind the newest one of its source. Default 0. A larger disorder has fewer late
     * samples; windows fire that much later.
     */
    public EventTime<T, K> withDisorder(Duration value) {
        Millis.notNegative("the disorder", value);
        Settings s = settings;
        return with(new Settings(value, s.lateness, s.known, s.idle, s.mostSamples, s.mostWindows, s.fails, s.clock));
    }

    /** Sets how long behind its end a window is kept, and fires again for each sample that comes. Default 0. */
    public EventTime<T, K> withLateness(Duration value) {
        Millis.notNegative("the lateness", value);
        Settings s = settings;
        return with(new Settings(s.disorder, value, s.known, s.idle, s.mostSamples, s.mostWindows, s.fails, s.clock));
    }

    /**
     * Names sources that are known to come: windows do not fire before each of them gave a sample or is idle. Others are
     * known from their first sample.
     */
    public EventTime<T, K> withKnownSources(Set<?> sources) {
        return with(settings.withKnown(Set.copyOf(sources)));
    }

    /**
     * Sets after which time a source counts as idle that was asked and gave nothing: then it does not hold windows back
     * until its next sample. Time in which nothing was asked does not count, and it is measured to a quarter. Default:
     * never.
     */
    public EventTime<T, K> withIdle(Duration value) {
        Millis.positive("the idle time", value);
        Settings s = settings;
        return with(
                new Settings(s.disorder, s.lateness, s.known, value, s.mostSamples, s.mostWindows, s.fails, s.clock));
    }

    /**
     * Sets the most samples that are held; with a fold, accumulators. Those that were asked for and have not come count.
     * Default {@value #DEFAULT_BOUND}, at least 2. At the bound the oldest window fires early, marked and counted; or see
     * {@link #failingAtBound}.
     */
    public EventTime<T, K> withMostSamples(int value) {
        if (value < 2) {
            throw new IllegalArgumentException("at least 2 samples must be held, not " + value);
        }
        Settings s = settings;
        return with(new Settings(s.disorder, s.lateness, s.known, s.idle, value, s.mostWindows, s.fails, s.clock));
    }

    /**
     * Sets the most windows that are open over all keys, and the most sources. Default {@value #DEFAULT_BOUND}, at least
     * 1. Beyond it the oldest window fires early.
     */
    public EventTime<T, K> withMostWindows(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("at least one window must be open, not " + value);
        }
        Settings s = settings;
        return with(new Settings(s.disorder, s.lateness, s.known, s.idle, s.mostSamples, value, s.fails, s.clock));
    }

    /** At a bound the stream fails with WINDOW_TOO_LARGE, and no window fires early. */
    public EventTime<T, K> failingAtBound() {
        Settings s = settings;
        return with(new Settings(s.disorder, s.lateness, s.known, s.idle, s.mostSamples, s.mostWindows, true, s.clock));
    }

    /** Sets whose clock measures the idle time. Default {@code Schedulers.parallel()}. */
    public EventTime<T, K> on(Scheduler scheduler) {
        Settings s = settings;
        return with(new Settings(
                s.disorder, s.lateness, s.known, s.idle, s.mostSamples, s.mostWindows, s.fails, scheduler));
    }

    // ---- stages

    /** Windows as lists of elements, in the order of arrival. */
    public EventStage<T, WindowResult<K, List<T>>> windows(Window.Events window) {
        return new EventStage<>(
                this,
                span(window),
                () -> new WindowMachine<>(
                        this, WindowTable.<K, T>collecting(window, settings.disorder, settings.lateness)),
                size -> new PieceMachine<>(this, new PieceTable<>(window, settings.disorder, settings.lateness, size)));
    }

    /**
     * Windows that are folded as elements come: an accumulator for each key and pane is kept, and no element. An exception
     * of the fold ends the stream.
     */
    public <A extends @Nullable Object, R extends @Nullable Object> EventStage<T, WindowResult<K, R>> windows(
            Window.Events window, Fold<? super T, A, ? extends R> fold) {
        return new EventStage<>(
                this,
                span(window),
                () -> new WindowMachine<>(
                        this,
                        WindowTable.folding(
                                window, settings.disorder, settings.lateness, new NamedFold<T, A, R>(fold))));
    }

    /**
     * Joins with another stream: each pair of one key with {@code low <= time of b - time of a <= high}, once, when the
     * later of the two arrives. Disorder, bounds and idle time are those of this side; each side has its own known sources.
     *
     * @throws IllegalArgumentException if {@code low} is above {@code high}
     */
    public <B> EventJoin<T, B, Pair<K, T, B>> join(EventTime<B, K> other, Duration low, Duration high) {
        new JoinTable<K, T, B>(low, high, settings.disorder); // refused before anything runs
        return EventJoin.of(
                this,
                other,
                high.compareTo(low.negated()) > 0 ? high : low.negated(), // so long is a sample kept
                () -> new JoinMachine.Interval<>(this, other, new JoinTable<>(low, high, settings.disorder)));
    }

    /**
     * Joins each element with the latest one of the other stream and the same key that is not newer, and at most
     * {@code age} older; or with null. Disorder, bounds and idle time are those of this side; each side has its own known
     * sources.
     */
    public <B> EventJoin<T, B, Pair<K, T, @Nullable B>> asOf(EventTime<B, K> other, Duration age) {
        Millis.notNegative("the age of an as-of join", age);
        return EventJoin.of(
                this, other, age, () -> new JoinMachine.AsOf<>(this, other, new AsOfTable<>(age, settings.disorder)));
    }

    /** Puts sources on one tick: the last element of each, if it is at most {@code age} old. Keys play no part. */
    public EventStage<T, Aligned<Object, T>> align(Duration period, Duration age) {
        Millis.positive("the period of ticks", period);
        Millis.notNegative("the age of a value", age);
        return new EventStage<>(
                this,
                period.plus(age),
                () -> new AlignMachine<>(this, AlignTable.last(period, age, settings.disorder)));
    }

    /** Puts sources on one tick: an element between the neighbours of the tick, both at most {@code age} away. */
    public EventStage<T, Aligned<Object, T>> align(Duration period, Duration age, Interpolation<T> between) {
        Millis.positive("the period of ticks", period);
        Millis.notNegative("the age of a value", age);
        return new EventStage<>(
                this,
                period.plus(age),
                () -> new AlignMachine<>(
                        this, AlignTable.between(period, age, settings.disorder, NamedFold.named(between))));
    }

    private static Duration span(Window.Events window) {
        return window instanceof Window.Periodic periodic ? periodic.size() : ((Window.Session) window).gap();
    }

    // ---- reading elements

    boolean isByNode() {
        return source == BY_NODE;
    }

    /** Whether marks of feeds state event time, which have no value. */
    boolean isByTimeOfNode() {
        return isByNode() && time == BY_TIME;
    }

    long timeOf(T element) {
        Instant at = call("The function of event time", time, element);
        try {
            return at.toEpochMilli();
        } catch (ArithmeticException far) {
            return at.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    Object sourceOf(T element) {
        return call("The function of sources", source, element);
    }

    K keyOf(T element) {
        try {
            return key.apply(element);
        } catch (Throwable thrown) {
            throw EventTimeException.thrown("The function of keys", key, thrown);
        }
    }

    private static <T, R> R call(String what, Function<? super T, ? extends R> function, T element) {
        R result;
        try {
            result = function.apply(element);
        } catch (Throwable thrown) {
            throw EventTimeException.thrown(what, function, thrown);
        }
        if (Objects.isNull(result)) {
            throw EventTimeException.gaveNull(what, function);
        }
        return result;
    }
}
