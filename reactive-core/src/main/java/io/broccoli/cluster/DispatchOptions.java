package io.broccoli.cluster;

import io.broccoli.credit.ItemSource;
import io.broccoli.route.Router;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a stream is dispatched. Immutable: each {@code with} method gives new options, and checks them. */
public final class DispatchOptions {

    /** The widest window of items. */
    public static final int MAX_ITEMS = ItemSource.MAX_WINDOW;

    /** The widest window. */
    public static final int MAX_WINDOW = 1 << 20;

    public static final DispatchOptions DEFAULTS = new DispatchOptions(new Settings());

    private final Settings settings; // never changed once it is here

    private DispatchOptions(Settings settings) {
        this.settings = settings;
    }

    /** What may be chosen, with its default. */
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
                "what runs at most once is neither retried nor hedged");
        return new DispatchOptions(changed);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Shows in messages and metrics; "dispatch" unless it is given. */
    public String name() {
        return settings.name;
    }

    public DispatchOptions withName(String value) {
        return with(changed -> changed.name = value);
    }

    /** W: most elements that are taken from the source and not yet emitted; 1 to {@link #MAX_WINDOW}, 1,024 by default. */
    public int window() {
        return settings.window;
    }

    public DispatchOptions withWindow(int value) {
        require(value >= 1 && value <= MAX_WINDOW, "the window is 1 to " + MAX_WINDOW + ", not " + value);
        return with(changed -> changed.window = value);
    }

    /** Whether outcomes come in the order of the source; so they do by default. */
    public boolean ordered() {
        return settings.ordered;
    }

    public DispatchOptions withOrdered(boolean value) {
        return with(changed -> changed.ordered = value);
    }

    /**
     * From taking an element to its outcome, all attempts included; zero: none. 60 s by default. Of an element with several values:
     * to the first, and from each to the next; while values wait to be asked for, no time counts.
     */
    public Duration timeout() {
        return settings.timeout;
    }

    public DispatchOptions withTimeout(Duration value) {
        require(!value.isNegative(), "the time-out is negative: " + value);
        return with(changed -> changed.timeout = value);
    }

    /** How often an element may be started, as far as nodes that had it are lost; at least 1, 5 by default. */
    public int attempts() {
        return settings.attempts;
    }

    public DispatchOptions withAttempts(int value) {
        require(value >= 1, "at least one attempt is needed, not " + value);
        return with(changed -> changed.attempts = value);
    }

    /**
     * The item window: most values of one element that were asked of its task and not yet emitted, where a task gives several; 1 to
     * {@link #MAX_ITEMS}, 32 by default. A stream holds at most window x items values.
     */
    public int items() {
        return settings.items;
    }

    public DispatchOptions withItems(int value) {
        require(value >= 1 && value <= MAX_ITEMS, "the item window is 1 to " + MAX_ITEMS + ", not " + value);
        return with(changed -> changed.items = value);
    }

    /** Which nodes an element may go to; any by default. */
    public Router router() {
        return settings.router;
    }

    public DispatchOptions withRouter(Router value) {
        return with(changed -> changed.router = value);
    }

    /** How often a task may start; {@link Delivery#AT_LEAST_ONCE} by default. */
    public Delivery delivery() {
        return settings.delivery;
    }

    public DispatchOptions withDelivery(Delivery value) {
        return with(changed -> changed.delivery = value);
    }

    /** Whether a task that failed is tried again; {@link RetryPolicy#NEVER} by default. */
    public RetryPolicy retry() {
        return settings.retry;
    }

    public DispatchOptions withRetry(RetryPolicy value) {
        return with(changed -> changed.retry = value);
    }

    /** When a copy of a late task goes to another node; null: never, as by default. */
    public @Nullable Hedging hedging() {
        return settings.hedging;
    }

    public DispatchOptions withHedging(Hedging value) {
        return with(changed -> changed.hedging = value);
    }

    /**
     * An element of which no node has begun anything this long after it was taken fails with
     * {@link io.broccoli.task.FailureKind#EXPIRED}; zero: none, as by default.
     */
    public Duration expiry() {
        return settings.expiry;
    }

    public DispatchOptions withExpiry(Duration value) {
        require(!value.isNegative(), "the expiry is negative: " + value);
        return with(changed -> changed.expiry = value);
    }

    /** How long each element waits, at the source, from being taken until it is sent; zero by default. */
    public Duration delay() {
        return settings.delay;
    }

    public DispatchOptions withDelay(Duration value) {
        require(!value.isNegative(), "the delay is negative: " + value);
        return with(changed -> changed.delay = value);
    }

    /** How many tasks are sent in a time; null: as many as nodes have room for, as by default. */
    public @Nullable RateLimit rate() {
        return settings.rate;
    }

    public DispatchOptions withRate(RateLimit value) {
        return with(changed -> changed.rate = value);
    }

    /** 0 to 9, 0 by default: streams of this member with a higher one get credit first, whatever is left for the others. */
    public int priority() {
        return settings.priority;
    }

    public DispatchOptions withPriority(int value) {
        require(value >= 0 && value <= 9, "a priority is 0 to 9, not " + value);
        return with(changed -> changed.priority = value);
    }

    /** 1 to 100, 1 by default: how large a share of credit a stream gets beside others of its priority. */
    public int weight() {
        return settings.weight;
    }

    public DispatchOptions withWeight(int value) {
        require(value >= 1 && value <= 100, "a weight is 1 to 100, not " + value);
        return with(changed -> changed.weight = value);
    }
}
