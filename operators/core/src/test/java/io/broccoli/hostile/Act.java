package io.broccoli.hostile;

import io.broccoli.canvas.Args;
import io.broccoli.cluster.Cluster;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A cell at play: a stream of which one element is hostile, or meets something hostile. */
final class Act {

    /** What the hostile element says of itself; all others are below. */
    static final int BAD = 1_000;

    // How long elements may take, in milliseconds; those that send others, longer.
    private static final long TIMEOUT = 2_000;
    private static final long TIMEOUT_OF_NESTING = 5_000;

    // What must not be late has time to wait for workers: acts that begin in the first second may hold all those of a
    // node, one after
    // the other, until the fifth.
    private static final long PATIENCE = 6_000;
    private static final long PATIENCE_OF_NESTING = 12_000;

    private static final Pattern LARGE = Pattern.compile("\\d{4}");

    private static final long TOO_LATE = 3_500;
    private static final long TOO_LATE_FOR_NESTING = 6_500;
    private static final long LEAVES = 6_500;
    private static final long LEAVES_BETWEEN = 1_000;

    private final int id;
    private final Cell cell;
    private final HostileWorld world;
    private final int shape;
    private final boolean odd;
    private final boolean odder;
    private final boolean piecemeal;
    private final List<Object> numbers;
    private final Set<Throwable> thrown = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Watcher watcher;
    private int answers; // of a predicate

    Act(int id, Cell cell, HostileWorld world, Random random) {
        this.id = id;
        this.cell = cell;
        this.world = world;
        this.shape = random.nextInt(1_000);
        this.odd = random.nextBoolean();
        this.odder = random.nextBoolean();
        this.piecemeal = random.nextInt(4) == 0;
        this.numbers = numbers(random.nextBoolean());
    }

    private List<Object> numbers(boolean first) {
        boolean atOnce = cell.when() == When.BEFORE && !cell.culprit().isAtNode() || first;
        return switch (cell.form()) {
            case ALONE, FEED -> List.of(BAD);
            // Lateness is known from sixteen others.
            case HEDGED -> List.of(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, BAD, 4);
            default -> atOnce ? List.of(BAD, 1, 2, 3) : List.of(1, 2, BAD, 3);
        };
    }

    int id() {
        return id;
    }

    Cell cell() {
        return cell;
    }

    HostileWorld world() {
        return world;
    }

    int shape() {
        return shape;
    }

    /** One of two ways, by chance. */
    boolean odd() {
        return odd;
    }

    boolean odder() {
        return odder;
    }

    /** What the stream is made of, as numbers. */
    List<Object> numbers() {
        return numbers;
    }

    /** What the stream is made of, as its tasks get it. */
    Flux<Object> elements() {
        List<Object> elements = new ArrayList<>();
        for (Object number : numbers) {
            boolean rude = number.equals(BAD)
                    && (cell.culprit() == Culprit.ARGUMENT && cell.form() != Form.NESTED
                            || cell.culprit() == Culprit.ITEM && cell.form().inPieces());
            Object element = rude ? value() : number;
            elements.add(cell.form() == Form.CHUNKS ? Args.of(element, id) : element);
        }
        boolean rude = cell.culprit() == Culprit.SOURCE && cell.form() != Form.NESTED;
        return rude ? new RudePublishers(this, elements, () -> {}).stream() : Flux.fromIterable(elements);
    }

    // ---- what is rude about it

    Throwable thrown() {
        Throwable made = cell.what().make("act " + id, odder);
        thrown.add(made);
        return made;
    }

    @SuppressWarnings("DoNotCallSuggester") // to throw is what it is for
    void raise() {
        throw Sneaky.sneak(thrown());
    }

    boolean threw(@Nullable Throwable error) {
        return error != null && thrown.contains(error);
    }

    Object value() {
        When then = cell.when() == When.LATE && cell.culprit() != Culprit.ARGUMENT ? When.BEFORE : cell.when();
        return new RudeValue(then, this::raise).shaped(shape);
    }

    /** Of a function that is asked more than once. */
    boolean answer() {
        if (cell.when() == When.BEFORE || answers++ > 0) {
            raise();
        }
        return true;
    }

    /** Whether this is the outcome that a user's operator cannot bear. */
    boolean meets(TaskOutcome<?> outcome) {
        return outcome instanceof TaskOutcome.Success<?> success
                && LARGE.matcher(String.valueOf(success.value())).find();
    }

    // ---- when

    Duration timeout() {
        return Duration.ofMillis(mayBeLate() ? TIMEOUT : PATIENCE);
    }

    /** Of elements that send others. */
    Duration timeoutOfNesting() {
        return Duration.ofMillis(mayBeLate() ? TIMEOUT_OF_NESTING : PATIENCE_OF_NESTING);
    }

    /**
     * Whether other elements of it may wait for a worker until their time is over, which is short, as that of the hostile one is: where
     * as many acts as a node has workers hold one for as long.
     */
    boolean mayStarve() {
        long holders = world.acts().stream().filter(Act::mayBeLate).count();
        return mayBeLate() && holders >= HostileWorld.WORKERS;
    }

    private boolean mayBeLate() {
        return Expected.of(cell).isLate();
    }

    /** On a thread that belongs to no member, or in an event of its own. */
    void later(long millis, Runnable action) {
        world.elsewhere(millis, action);
    }

    /** When the element has ended. */
    void whenTooLate(Runnable action) {
        if (isLeftBetween()) {
            leaveAfter(LEAVES_BETWEEN);
        }
        boolean behind = cell.form() == Form.NESTED && !cell.culprit().isAtNode() && cell.culprit() != Culprit.ITEM;
        world.elsewhere(behind ? TOO_LATE_FOR_NESTING : TOO_LATE, action);
    }

    /** Blocks the thread: until the element has ended, or as long as the world lets it. */
    void block() {
        world.block(cell.when() == When.LATE ? TOO_LATE : Long.MAX_VALUE);
    }

    // ---- how it goes

    void begin(Cluster cluster) {
        Watcher fresh = new Watcher(piecemeal);
        watcher = fresh;
        if (Rig.isArmedAtFirst(cell)) {
            world.rig().arm(this, "n0");
        }
        fresh.subscribeTo(new Caller(this).stream(cluster));
        if (mustBeLeft() && !isLeftBetween()) {
            leaveAfter(LEAVES);
        }
    }

    private void leaveAfter(long millis) {
        Watcher present = watcher;
        if (present != null) {
            world.elsewhere(millis, present::leave);
        }
    }

    /**
     * Whether its subscriber leaves between the values that come in time and what comes too late. The time for that counts from those
     * values: a feed is subscribed by a worker, and all of them may be held for as long as tasks may take.
     */
    private boolean isLeftBetween() {
        boolean late = cell.when() == When.LATE && (cell.culprit() == Culprit.SOURCE || cell.culprit() == Culprit.ITEM);
        return late && mustBeLeft();
    }

    private boolean mustBeLeft() {
        return cell.form() == Form.FEED || Expected.of(cell).fate() == Expected.Fate.OPEN;
    }

    boolean isOver() {
        return watcher != null && watcher.isOver();
    }

    /** What is wrong, or nothing. */
    String complaint() {
        return watcher == null ? "it never began" : new Verdict(this, watcher).complaint();
    }
}
