package io.broccoli.internal.producer;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.boundary.Choices;
import io.broccoli.internal.credit.ItemSink;
import io.broccoli.route.Route;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One element of a stream, from being taken to being emitted: one slot of the window. */
final class ElementRun implements Run {

    /** The stream that it is an element of, as it and its errands know it. */
    interface Owner {

        DispatchOptions options();

        /** How many tasks its tasks are nested in. */
        int depth();

        /** Calls what a plan brought. */
        Choices choices();

        /** What a value is to the stream's subscriber. */
        TaskOutcome<?> decode(Payload value);

        Payload encode(@Nullable Object value);

        boolean together(Route route, List<String> tasks);

        int largestTask(Route route, String task);

        /** Receives what a task gives, where it gives several values. */
        ItemSink newSink();

        /** Whether this thread may change something. */
        boolean isOnExecutor();

        /** Something that a plan wants, and said on a thread of its own. */
        void later(Runnable wish);

        // ---- errands

        /** Work is to be sent. */
        void submitted(Errand errand);

        /** An errand waits for another link. */
        void again(Errand errand);

        /** An errand waits for another link, behind all others. */
        void lastOfAll(Errand errand);

        void sleep(Errand errand, long pause);

        void sent(Errand errand);

        void succeeded(Errand errand);

        /** Nothing more comes of an errand. */
        void over(Errand errand);

        /** The failure of what no node began in time. */
        TaskOutcome.Failure<Object> expired();

        // ---- elements

        void ended(ElementRun run, TaskOutcome<?> how);

        /** A value of several came. */
        void arrived(ElementRun run);

        /** Outcomes that will not be emitted. */
        void discard(List<TaskOutcome<?>> unwanted);

        long now();
    }

    final Owner owner;
    final Route route;
    private @Nullable Object element; // until it begins
    private final TaskOutcome.@Nullable Failure<?> unroutable;
    long deadline = Deadline.NEVER;
    long expiresAt = Deadline.NEVER; // unless a task of it was sent
    boolean beginning = true;
    boolean sent; // whether anything of it was sent

    @Nullable TaskOutcome<?> outcome; // once it ended

    private @Nullable Errand several; // the one that may give several values

    private @Nullable ArrayDeque<TaskOutcome<?>> items; // of it, not emitted yet: no more than the item window

    boolean unread; // among those that wait to be emitted in any order

    @Nullable Errand errands; // the first of those under way

    @Nullable ElementRun previous; // among those that the stream has taken

    @Nullable ElementRun next;

    /** Of an element that has just arrived, on any thread. */
    ElementRun(Owner owner, Object element, Route route) {
        this(owner, element, route, null);
    }

    /** Of one of which the router did not say where it may go. */
    ElementRun(Owner owner, Object element, TaskOutcome.Failure<?> unroutable) {
        this(owner, element, new Route.Any(), unroutable);
    }

    private ElementRun(Owner owner, Object element, Route route, TaskOutcome.@Nullable Failure<?> unroutable) {
        this.owner = owner;
        this.element = element;
        this.route = route;
        this.unroutable = unroutable;
    }

    /** The element itself, once. */
    Object takeElement() {
        Object taken = Objects.requireNonNull(element);
        element = null;
        return taken;
    }

    /** Why the router did not say where it may go; null if it did. */
    TaskOutcome.@Nullable Failure<?> unroutable() {
        return unroutable;
    }

    boolean isEnded() {
        return outcome != null;
    }

    // ---- what its plan wants

    @Override
    public void submit(Work work, Then then) {
        if (!owner.isOnExecutor()) {
            owner.later(() -> submit(work, then));
        } else if (!isEnded()) {
            owner.submitted(errand(work, then));
        }
    }

    @Override
    public void stream(Work work, Then then) {
        if (!owner.isOnExecutor()) {
            owner.later(() -> stream(work, then));
            return;
        }
        if (isEnded()) {
            return;
        }
        if (several != null) {
            throw new IllegalStateException("an element has one stream of values at a time");
        }
        Errand errand = errand(work, then);
        errand.items = owner.newSink();
        several = errand;
        owner.submitted(errand);
    }

    private Errand errand(Work work, Then then) {
        Errand errand = new Errand(this, work, then, !beginning, owner.now());
        add(errand);
        return errand;
    }

    @Override
    public void succeed(Payload value) {
        if (!owner.isOnExecutor()) {
            owner.later(() -> succeed(value));
        } else if (!isEnded()) {
            end(owner.decode(value));
        }
    }

    @Override
    public void succeedWith(Object value) {
        end(new TaskOutcome.Success<>(value));
    }

    @Override
    public void fail(TaskOutcome.Failure<?> failure) {
        end(failure);
    }

    @Override
    public void complete() {
        end(Outcomes.COMPLETE);
    }

    private void end(TaskOutcome<?> how) {
        if (!owner.isOnExecutor()) {
            owner.later(() -> end(how));
        } else if (!isEnded()) {
            owner.ended(this, how);
        }
    }

    @Override
    public boolean hasItems() {
        return several != null && several.items != null && several.items.received() > 0;
    }

    @Override
    public boolean together(List<String> tasks) {
        return owner.together(route, tasks);
    }

    @Override
    public int largestTask(String task) {
        return owner.largestTask(route, task);
    }

    @Override
    public TaskOutcome<?> decode(Payload value) {
        return owner.decode(value);
    }

    @Override
    public Payload encode(@Nullable Object value) {
        return owner.encode(value);
    }

    // ---- values

    /** The next value of several. */
    void item(Errand from, Payload value) {
        if (isEnded()) {
            return;
        }
        TaskOutcome<?> item = owner.choices().item(from.then, this, value);
        if (item instanceof TaskOutcome.Failure) {
            end(item);
        } else if (!isEnded()) {
            if (items == null) {
                items = new ArrayDeque<>();
            }
            items.addLast(item);
            owner.arrived(this);
        }
    }

    /** What is to be emitted next; null if nothing is yet. */
    @Nullable TaskOutcome<?> next() {
        TaskOutcome<?> item = items == null ? null : items.peekFirst();
        return item != null ? item : outcome;
    }

    /** Its first value that waits goes on; the next one may take as long as the first. */
    void takeItem(long newDeadline) {
        if (items != null) {
            items.removeFirst();
        }
        deadline = newDeadline;
        if (several != null && several.items != null) {
            several.items.taken();
            several.itemsTaken();
        }
    }

    /** Its task, which has just been submitted, gives nothing but what is allowed. */
    void pace() {
        if (several != null && several.items != null) {
            several.items.pace();
        }
    }

    /** Its task may give so many values more. */
    void allow(long more) {
        if (!isEnded() && several != null && several.items != null) {
            several.items.allow(more);
            several.itemsTaken();
        }
    }

    /** Whether its node is known to wait for values. */
    boolean isWaiting() {
        return !isEnded() && several != null && several.isWaiting(owner.now());
    }

    boolean hasUnreadItems() {
        return items != null && !items.isEmpty();
    }

    /** Values that came and were not emitted. */
    int unreadItems() {
        return items == null ? 0 : items.size();
    }

    /** Whether its task may give several values. */
    boolean isSeveral() {
        return several != null;
    }

    /** Gives up what waits to be emitted. */
    void takeUnwanted(List<TaskOutcome<?>> unwanted) {
        if (items != null) {
            unwanted.addAll(items);
            items.clear();
        }
        if (outcome != null && outcome != Outcomes.COMPLETE) {
            unwanted.add(outcome);
        }
    }

    // ---- room

    boolean waitsForCredit() {
        return !isEnded() && errands != null && errands.lane() != null;
    }

    /** Whether it has a place that another one could use, and values of it wait to be read. */
    boolean isInTheWayOf(ElementRun other) {
        Lane lane = other.errands == null ? null : other.errands.lane();
        return !isEnded()
                && hasUnreadItems()
                && several != null
                && lane != null
                && several.state() == Errand.State.SENT
                && lane.candidates().contains(several.link());
    }

    /** Drops all values that came, none of which was emitted, and gives up its place at a node. */
    void beginAnew() {
        if (several != null && items != null) {
            List<TaskOutcome<?>> dropped = List.copyOf(items);
            items.clear();
            several.items = owner.newSink();
            several.attempt++;
            owner.lastOfAll(several);
            owner.discard(dropped);
        }
    }

    // ---- errands

    void add(Errand errand) {
        errand.next = errands;
        if (errands != null) {
            errands.previous = errand;
        }
        errands = errand;
    }

    /** Nothing more comes of an errand. */
    void over(Errand errand) {
        if (errand == several && !hasItems()) {
            several = null; // another may be tried: nothing came of this one
        }
        if (errand.previous != null) {
            errand.previous.next = errand.next;
        } else if (errands == errand) {
            errands = errand.next;
        }
        if (errand.next != null) {
            errand.next.previous = errand.previous;
        }
        errand.previous = null;
        errand.next = null;
        owner.over(errand);
    }

    /** It ended: nothing comes of what is under way. */
    void withdraw() {
        Errand errand = errands;
        errands = null;
        for (; errand != null; errand = errand.next) {
            owner.over(errand);
        }
    }
}
