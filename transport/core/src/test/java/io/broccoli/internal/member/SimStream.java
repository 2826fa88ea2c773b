package io.broccoli.internal.member;

import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** A stream of a client, with all that must be so of what it takes, starts and emits. */
final class SimStream implements CoreSubscriber<TaskOutcome<Object>> {

    static final RuntimeException SOURCE_FAILED = new IllegalStateException("the source failed");

    /** How long tasks that nobody waits for any more may still start: a lease, and some frames that are lost. */
    private static final long LATE = 25 * SimWorld.SECOND;

    private static final long UNTIL_HEARD = 5 * SimWorld.MILLI;
    private static final long NEVER = Long.MAX_VALUE / 2;

    /** What a seed chooses. */
    static final class Choices {
        SimWork work = SimWork.CALL;
        DispatchOptions options = DispatchOptions.DEFAULTS
                .withWindow(8)
                .withTimeout(Duration.ZERO)
                .withAttempts(1_000);
        int count = 20;
        long pause; // between elements of the source
        boolean sourceFails;
        long batch = Long.MAX_VALUE; // requested at a time
        long reading; // pause between requests
        long cancelAt = NEVER; // after the begin
        int cancelAfter = Integer.MAX_VALUE; // outcomes
        int failing; // of a hundred elements
        int flaky; // of a hundred elements
    }

    final int id;
    private final SimWorld world;
    private final Choices choices;
    private final Map<String, Integer> starts = new HashMap<>();
    private final Map<Integer, Long> endedAt = new HashMap<>();
    private final Map<Integer, Integer> items = new HashMap<>();
    private final Map<Integer, Integer> runs = new HashMap<>(); // of which the items are that came
    private final SimKeys keys;
    private final BitSet finished = new BitSet();
    private @Nullable SimSource source;
    private @Nullable Subscription subscription;
    private long requested;
    private long emitted;
    private int done; // elements of which nothing more comes, as far as is seen
    private int unnamed; // failures that do not say of which element they are
    private int place; // where an ordered stream is
    private long begunAt;
    private int anew; // starts of elements that gave up their place
    private boolean terminated;
    private boolean closing;
    private long overAt = NEVER;

    SimStream(SimWorld world, Choices choices) {
        this.world = world;
        this.id = world.streams.size();
        this.choices = choices;
        this.keys = new SimKeys(world, choices.options);
        world.streams.add(this);
    }

    void begin(Member member, Clockwork.Process process) {
        if (isOver()) {
            return;
        }
        world.trace("stream " + id, "begins:", choices.count, choices.work, choices.options);
        SimSource elements = new SimSource(this, choices.count, choices.pause, choices.sourceFails, process);
        source = elements;
        begunAt = world.clock.now();
        member.dispatch(elements, choices.work.plan(id, keys), choices.options).subscribe(this);
        process.after(choices.cancelAt, this::cancel);
        ask(process);
    }

    private void ask(Clockwork.Process process) {
        Subscription to = subscription;
        if (!isOver() && to != null) {
            boolean hungry = requested - emitted < choices.batch;
            if (hungry) {
                requested = choices.batch == Long.MAX_VALUE ? Long.MAX_VALUE : requested + choices.batch;
                to.request(choices.batch);
            }
            if (requested < Long.MAX_VALUE) {
                process.after(choices.reading, () -> ask(process));
            }
        }
    }

    // ---- ends

    private void cancel() {
        Subscription to = subscription;
        if (!isOver() && to != null) {
            world.trace("stream " + id, "is cancelled");
            overAt = world.clock.now();
            to.cancel();
            if (source != null && !source.isOver()) {
                broken("the source was not cancelled");
            }
        }
    }

    /** With its client. */
    void died() {
        if (!isOver()) {
            overAt = world.clock.now();
        }
    }

    /** Its client leaves. */
    void closing() {
        closing = true;
    }

    void mustBeOver() {
        if (source == null) {
            died();
        } else if (!isOver()) {
            broken("its client left and it did not end");
        }
    }

    boolean isOver() {
        return overAt != NEVER;
    }

    // ---- what it takes

    void gives(int x) {
        keys.given(x);
    }

    void asksFor(long elements) {
        int over = done + silent();
        if (elements - over > choices.options.window()) {
            broken(
                    "I3, I10: asked for",
                    elements,
                    "elements when",
                    over,
                    "were emitted, W is",
                    choices.options.window());
        }
    }

    /** Elements that may be over though nothing was ever seen of them. */
    private int silent() {
        int silent = 0;
        for (int x = 0; choices.work.isSeveral() && source != null && x < source.given; x++) {
            silent += SimWork.items(x) == 0 && !endedAt.containsKey(x) ? 1 : 0;
        }
        return silent;
    }

    // ---- what it starts

    static RuntimeException failure(int x) {
        return new IllegalStateException("no " + x);
    }

    private int fate(int x) {
        return Math.floorMod(x * 0x85ebca6b + id * 31, 100);
    }

    private boolean fails(int x) {
        return fate(x) < choices.failing;
    }

    /** How often it fails before it succeeds. */
    private int failures(int x) {
        return choices.work != SimWork.CHUNK && fate(x) >= 100 - choices.flaky ? 1 + x % 3 : 0;
    }

    /** Whether its task gives an error behind its items. */
    boolean breaks(int x) {
        return choices.work.isSeveral() && fate(x) >= 60 && fate(x) < 60 + choices.failing;
    }

    /** A task starts on a node. */
    void starts(String task, int x) {
        boolean first = !task.equals("next");
        int element = first ? choices.work == SimWork.CHUNK ? x / 10 : x : SimWork.CALL.elementOf((Object) x);
        int times = starts.merge(task + x, 1, Integer::sum);
        if (times > 1 && choices.options.delivery() == Delivery.AT_MOST_ONCE) {
            broken("I13 started twice:", task, x);
        }
        boolean counts = isUndisturbed() && choices.options.hedging() == null;
        if (counts && times > 1 + choices.options.retry().retries() && !beginsAnew()) {
            broken("started", times, "times:", task, x);
        }
        long end = Math.min(overAt, endedAt.getOrDefault(element, NEVER));
        long late = !isUndisturbed() ? LATE : world.plan.maxDelay().toNanos() + UNTIL_HEARD;
        if (world.clock.now() - end > late) {
            broken("I12 starts", (world.clock.now() - end) / SimWorld.MILLI, "ms after its end:", task, x);
        }
        if (source == null || element >= source.given) {
            broken("starts what the source did not give:", task, x);
        }
        checkKey(element);
        keys.begins(element);
        if (first && fails(element) || first && times <= failures(element)) {
            throw failure(element);
        }
    }

    /**
     * Whether a start may be one too many though nothing was lost and nothing failed: in an ordered stream an element that waits to be
     * read gives up its place, and begins anew, where the oldest one has found no place for a second. So the stream has no more
     * than one such start in a second, and an element as many as the oldest ones need, which need a place for each of their tries.
     */
    private boolean beginsAnew() {
        return choices.options.ordered()
                && choices.work.isSeveral()
                && ++anew <= (world.clock.now() - begunAt) / SimWorld.SECOND;
    }

    private boolean isUndisturbed() {
        return !world.faulty && !world.cheated;
    }

    /** A task that takes its time ends. */
    void finishes(int x) {
        finished.set(x);
    }

    /** How often the task that gives items was started. */
    int runs(int x) {
        return starts.getOrDefault("items" + x, 0);
    }

    /** A task's publisher is asked for so many items in all. */
    void asksItems(int x, long asked) {
        long most = items.getOrDefault(x, 0) + 1 + choices.options.items(); // one may be on its way to the subscriber
        if (asked > most) {
            broken("I10", asked, "items of", x, "were asked for, at most", most);
        }
    }

    /** Of one key, an element begins when the one before it ended. */
    private void checkKey(int x) {
        if (keys.hasBegun(x)) {
            return;
        }
        int overtaken = keys.overtakenBy(x);
        if (overtaken >= 0) {
            broken("ORDER", x, "began before", overtaken, "of the same key had its outcome");
        }
        boolean oneAtATime = isUndisturbed() && choices.work == SimWork.CALL && choices.options.hedging() == null;
        for (int y = 0; y < x && oneAtATime && choices.options.timeout().isZero(); y++) {
            if (keys.areSame(x, y)
                    && keys.hasBegun(y) // one that expired never did
                    && !finished.get(y)
                    && !fails(y)
                    && failures(y) == 0) {
                broken("ORDER", x, "began when", y, "of the same key was under way");
            }
        }
    }

    // ---- what it emits

    @Override
    public void onSubscribe(Subscription received) {
        subscription = received;
    }

    @Override
    public void onNext(TaskOutcome<Object> outcome) {
        world.trace("stream " + id, "emits", outcome);
        if (isOver()) {
            broken("emits after its end", outcome);
        }
        if (++emitted > requested) {
            broken("I10 emits more than was asked for:", emitted, "of", requested);
        }
        if (outcome instanceof TaskOutcome.Success<Object> success) {
            Object value = Objects.requireNonNull(success.value());
            int x = choices.work.elementOf(value);
            if (choices.work.isSeveral()) {
                item(x, (int) value);
            } else {
                value(x, value);
            }
        } else {
            failure((TaskOutcome.Failure<Object>) outcome);
        }
        if (emitted >= choices.cancelAfter) {
            cancel();
        }
    }

    private void value(int x, Object value) {
        if (!choices.work.expected(x).equals(value)) {
            broken("VALUE", value, "of", x, "is not", choices.work.expected(x));
        }
        if (fails(x)) {
            broken("VALUE", value, "of", x, "which fails");
        }
        inOrder(x);
        end(x);
    }

    private void item(int x, int value) {
        int i = value % 1_000;
        int before = items.merge(x, 1, Integer::sum) - 1;
        if (i != before || i >= SimWork.items(x)) {
            broken("ITEMS", i, "of", x, "came after", before, "others");
        }
        if (runs.merge(x, value / 1_000_000, (first, now) -> first.equals(now) ? first : -1) < 0) {
            broken("ITEMS of", x, "are of more than one run, and it is not replayable");
        }
        if (endedAt.containsKey(x)) {
            broken("I4 an item of", x, "after its end");
        }
        inOrder(x);
        if (i + 1 == SimWork.items(x) && !breaks(x)) {
            done++; // if a failure follows, that counts no more
        } else {
            place = x;
        }
    }

    private boolean hasAll(int x) {
        return items.getOrDefault(x, 0) == SimWork.items(x);
    }

    private void failure(TaskOutcome.Failure<Object> failure) {
        if (failure.arguments().isEmpty()) {
            unnamed++;
            done++;
            checkAllowed(failure, -1);
            return;
        }
        int x = choices.work.elementOf(failure);
        checkAllowed(failure, x);
        boolean wasDone = choices.work.isSeveral() && hasAll(x) && !breaks(x) && SimWork.items(x) > 0;
        if (!wasDone) {
            inOrder(x);
        }
        end(x);
        done -= wasDone ? 1 : 0;
    }

    private void end(int x) {
        if (endedAt.putIfAbsent(x, world.clock.now()) != null) {
            broken("I4", x, "ended twice");
        }
        done++;
    }

    private void inOrder(int x) {
        if (source == null || x < 0 || x >= source.given) {
            broken("I4", x, "was never given");
        }
        if (!choices.options.ordered()) {
            return;
        }
        for (int between = place; between < x; between++) {
            boolean silent = choices.work.isSeveral() && SimWork.items(between) == 0;
            if (!silent && unnamed == 0) {
                broken("ORDER", x, "came before", between);
            }
        }
        if (x < place) {
            broken("ORDER", x, "came after", place - 1);
        }
        place = x + 1;
    }

    private void checkAllowed(TaskOutcome.Failure<Object> failure, int x) {
        DispatchOptions options = choices.options;
        boolean once = options.delivery() == Delivery.AT_MOST_ONCE;
        boolean disturbed = !isUndisturbed();
        boolean allowed =
                switch (failure.kind()) {
                    case TASK_FAILED ->
                        failure.message().equals("no " + x)
                                && (fails(x)
                                        || breaks(x)
                                        || failures(x) > options.retry().retries());
                    case TIMEOUT -> !options.timeout().isZero();
                    case EXPIRED -> !options.expiry().isZero();
                    case NODE_LOST -> disturbed && !once && options.attempts() < 1_000;
                    case OUTCOME_UNKNOWN -> disturbed && once;
                    case PARTIAL_RESULT -> disturbed && (choices.work == SimWork.ITEMS || once);
                    case NESTING_EXHAUSTED -> choices.work == SimWork.NESTED;
                    default -> false;
                };
        if (!allowed) {
            broken("OUTCOME of", x, "must not be", failure);
        }
    }

    @Override
    public void onError(Throwable failed) {
        terminate("ends with", failed);
        if (closing) {
            if (!String.valueOf(failed.getMessage()).contains(FailureKind.CLOSED.name())) {
                broken("its client left, and the error is", failed);
            }
        } else if (failed != SOURCE_FAILED || !choices.sourceFails) {
            broken("ends with", failed);
        } else {
            checkComplete();
        }
    }

    @Override
    public void onComplete() {
        terminate("is complete");
        if (choices.sourceFails) {
            broken("completes though its source failed");
        }
        checkComplete();
    }

    private void terminate(Object... how) {
        world.trace("stream " + id, how);
        if (terminated || isOver()) {
            broken("ends again");
        }
        terminated = true;
        overAt = world.clock.now();
    }

    /** Each element that was given has an outcome of its own. */
    private void checkComplete() {
        if (source == null || source.given < choices.count) {
            broken("ends before its source");
        }
        int without = 0;
        for (int x = 0; x < choices.count; x++) {
            boolean all = choices.work.isSeveral() && hasAll(x) && !breaks(x);
            without += all || endedAt.containsKey(x) ? 0 : 1;
        }
        if (without != unnamed) {
            broken("I4", without, "elements have no outcome, and", unnamed, "failures name none");
        }
    }

    private void broken(Object... what) {
        world.broken(this, Arrays.asList(what));
    }

    @Override
    public String toString() {
        return "stream " + id + " (" + choices.count + " " + choices.work + ", " + emitted + " emitted of "
                + (source == null ? 0 : source.given) + " taken)";
    }
}
