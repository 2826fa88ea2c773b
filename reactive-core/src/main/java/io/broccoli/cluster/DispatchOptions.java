package io.broccoli.cluster;

import io.broccoli.credit.ItemSource;
import io.broccoli.route.Router;
import java.time.Duration;
import java.util.function.Consumer;

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
}
