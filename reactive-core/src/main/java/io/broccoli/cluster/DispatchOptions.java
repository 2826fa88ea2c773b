package io.broccoli.cluster;

import io.broccoli.internal.credit.ItemSource;
import io.broccoli.route.Router;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is dispatched. Immutable: each {@code with} method returns new options.
 *
 * <p>The {@code with} methods throw an {@link IllegalArgumentException} if the value is out of range, or contradicts
 * another option: {@link Delivery#AT_MOST_ONCE} excludes retries and hedging.
 *
 * <p>A duration of more than 146 years, such as {@code Duration.ofNanos(Long.MAX_VALUE)}, means that the time never comes.
 *
 * <p>The functions in the options, {@link #router} and the predicate of {@link #retry}, may throw anything: the element
 * fails with {@link io.broccoli.task.FailureKind#BAD_ARGUMENTS}, or, if the predicate throws, with its own failure, whose
 * message then names both. A function that never returns cannot be detected: a router stops its source, and a predicate
 * stops the member.
 */
public final class DispatchOptions {

    /** The largest {@link #items}. */
    public static final int MAX_ITEMS = ItemSource.MAX_WINDOW;

    /** The largest {@link #window}. */
    public static final int MAX_WINDOW = 1 << 20;

    /** The defaults named at each option. */
    public static final DispatchOptions DEFAULTS = new DispatchOptions(new Settings());

    private final Settings settings; // never changed once it is here

    private DispatchOptions(Settings settings) {
        this.settings = settings;
    }

    /** The options with their defaults. */
    private static final class Settings implements Cloneable {
        private String name = "dispatch";
        private int window = 1024;
        private boolean ordered = true;
        private Duration timeout = Duration.ofSeconds(60);
        private int attempts = 5;
        private int items = 32;
        private Router router = Router.leastLoaded();
        private Delivery delivery = Delivery.AT_LEAST_ONCE;
        private RetryPolicy retry = RetryPolicy.NEVER;
        private @Nullable Hedging hedging;
        private Duration expiry = Duration.ZERO;
        private Duration delay = Duration.ZERO;
        private @Nullable RateLimit rate;
        private int priority;
        private int weight = 1;

        private Settings copy() {
            try {
                return (Settings) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private DispatchOptions with(Consumer<Settings> change) {
        Settings changed = settings.copy();
        change.accept(changed);
        require(
                changed.delivery == Delivery.AT_LEAST_ONCE || changed.retry.retries() == 0 && changed.hedging == null,
                "a task that runs at most once is neither retried nor hedged");
        return new DispatchOptions(changed);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** The name of the stream in messages and metrics. Default "dispatch". */
    public String name() {
        return settings.name;
    }

    /** Sets {@link #name}. */
    public DispatchOptions withName(String value) {
        return with(changed -> changed.name = value);
    }

    /**
     * The window W: most elements that were taken from the source and not yet emitted. 1 to {@link #MAX_WINDOW},
     * default 1,024.
     */
    public int window() {
        return settings.window;
    }

    /** Sets {@link #window}. */
    public DispatchOptions withWindow(int value) {
        require(value >= 1 && value <= MAX_WINDOW, "the window is 1 to " + MAX_WINDOW + ", not " + value);
        return with(changed -> changed.window = value);
    }

    /** Whether outcomes are emitted in the order of the source. Default true. */
    public boolean ordered() {
        return settings.ordered;
    }

    /** Sets {@link #ordered}. */
    public DispatchOptions withOrdered(boolean value) {
        return with(changed -> changed.ordered = value);
    }

    /**
     * The time from taking an element to its outcome, all attempts included. Default 60 s; zero disables it. For an
     * element with several values it limits the time to the first value, and from each value to the next. The time that
     * values wait for demand does not count. The element then fails with {@link io.broccoli.task.FailureKind#TIMEOUT}.
     */
    public Duration timeout() {
        return settings.timeout;
    }

    /** Sets {@link #timeout}; not negative. */
    public DispatchOptions withTimeout(Duration value) {
        require(!value.isNegative(), "the time-out is negative: " + value);
        return with(changed -> changed.timeout = value);
    }

    /**
     * How often a task may be sent, if nodes that have it are lost. At least 1, default 5. Then the element fails with
     * {@link io.broccoli.task.FailureKind#NODE_LOST}. Retries of failed tasks are set by {@link #retry}.
     */
    public int attempts() {
        return settings.attempts;
    }

    /** Sets {@link #attempts}. */
    public DispatchOptions withAttempts(int value) {
        require(value >= 1, "at least one attempt is needed, not " + value);
        return with(changed -> changed.attempts = value);
    }

    /**
     * The item window, for tasks that give several values: most values of one element that were requested from its task
     * and not yet emitted. 1 to {@link #MAX_ITEMS}, default 32. A stream holds at most window x items values.
     */
    public int items() {
        return settings.items;
    }

    /** Sets {@link #items}. */
    public DispatchOptions withItems(int value) {
        require(value >= 1 && value <= MAX_ITEMS, "the item window is 1 to " + MAX_ITEMS + ", not " + value);
        return with(changed -> changed.items = value);
    }

    /** Selects the nodes that an element may go to. Default {@link Router#leastLoaded()}. */
    public Router router() {
        return settings.router;
    }

    /** Sets {@link #router}. */
    public DispatchOptions withRouter(Router value) {
        return with(changed -> changed.router = value);
    }

    /** How often a task may start. Default {@link Delivery#AT_LEAST_ONCE}. */
    public Delivery delivery() {
        return settings.delivery;
    }

    /** Sets {@link #delivery}. */
    public DispatchOptions withDelivery(Delivery value) {
        return with(changed -> changed.delivery = value);
    }

    /** Whether a failed task is retried. Default {@link RetryPolicy#NEVER}. */
    public RetryPolicy retry() {
        return settings.retry;
    }

    /** Sets {@link #retry}. */
    public DispatchOptions withRetry(RetryPolicy value) {
        return with(changed -> changed.retry = value);
    }

    /** When a copy of a late task is sent to another node. Default null: never. */
    public @Nullable Hedging hedging() {
        return settings.hedging;
    }

    /** Sets {@link #hedging}. */
    public DispatchOptions withHedging(Hedging value) {
        return with(changed -> changed.hedging = value);
    }

    /**
     * The time from taking an element within which a node must start it. Otherwise the element fails with
     * {@link io.broccoli.task.FailureKind#EXPIRED}. Default zero: no limit.
     */
    public Duration expiry() {
        return settings.expiry;
    }

    /** Sets {@link #expiry}; not negative. */
    public DispatchOptions withExpiry(Duration value) {
        require(!value.isNegative(), "the expiry is negative: " + value);
        return with(changed -> changed.expiry = value);
    }

    /** How long each element waits in this process between being taken and being sent. Default zero. */
    public Duration delay() {
        return settings.delay;
    }

    /** Sets {@link #delay}; not negative. */
    public DispatchOptions withDelay(Duration value) {
        require(!value.isNegative(), "the delay is negative: " + value);
        return with(changed -> changed.delay = value);
    }

    /** Limits how many tasks are sent in a time. Default null: only the credit of the nodes limits them. */
    public @Nullable RateLimit rate() {
        return settings.rate;
    }

    /** Sets {@link #rate}. */
    public DispatchOptions withRate(RateLimit value) {
        return with(changed -> changed.rate = value);
    }

    /**
     * The priority among the streams of this member, 0 to 9, default 0. Streams with a higher priority get credit
     * first; the others get what is left, which may be nothing.
     */
    public int priority() {
        return settings.priority;
    }

    /** Sets {@link #priority}. */
    public DispatchOptions withPriority(int value) {
        require(value >= 0 && value <= 9, "a priority is 0 to 9, not " + value);
        return with(changed -> changed.priority = value);
    }

    /** The share of credit among the streams of one priority, 1 to 100, default 1. */
    public int weight() {
        return settings.weight;
    }

    /** Sets {@link #weight}. */
    public DispatchOptions withWeight(int value) {
        require(value >= 1 && value <= 100, "a weight is 1 to 100, not " + value);
        return with(changed -> changed.weight = value);
    }
}
