package io.broccoli.dispatch;

import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.route.Route;
import io.broccoli.spi.UnencodableException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One element of a stream, from being taken to being emitted: one slot of the window. */
final class ElementRun implements Run {

    final DispatchStream<?, ?> stream;
    final Route route;
    long deadline; // nanoseconds; Long.MAX_VALUE for none
    final long expiresAt; // nanoseconds, unless a task of it was sent; Long.MAX_VALUE for never
    boolean beginning = true;
    boolean sent; // whether anything of it was sent

    @Nullable TaskOutcome<?> outcome; // once it ended

    @Nullable Errand several; // the one that may give several values

    @Nullable ArrayDeque<TaskOutcome<?>> items; // of it, not emitted yet: no more than the item window

    boolean unread; // among those that wait to be emitted in any order

    @Nullable Errand errands; // the first of those under way

    @Nullable ElementRun previous; // among those that the stream has taken

    @Nullable ElementRun next;

    ElementRun(DispatchStream<?, ?> stream, Route route, long deadline, long expiresAt) {
        this.stream = stream;
        this.route = route;
        this.deadline = deadline;
        this.expiresAt = expiresAt;
    }

    boolean isEnded() {
        return outcome != null;
    }

    @Override
    public void submit(Work work, Then then) {
        if (!isEnded()) {
            stream.backlog().submit(this, work, then);
        }
    }

    @Override
    public void stream(Work work, Then then) {
        if (!isEnded()) {
            if (several != null) {
                throw new IllegalStateException("an element has one stream of values at a time");
            }
            several = stream.backlog().submit(this, work, then);
            several.items = stream.newSink();
        }
    }

    @Override
    public boolean hasItems() {
        return several != null && several.items != null && several.items.received() > 0;
    }

    /** The next value of several. */
    void item(Errand from, Payload value) {
        if (!isEnded()) {
            TaskOutcome<?> item = from.then.item(this, value);
            if (item instanceof TaskOutcome.Failure) {
                stream.ended(this, item);
            } else {
                if (items == null) {
                    items = new ArrayDeque<>();
                }
                items.addLast(item);
                stream.arrived(this);
            }
        }
    }

    @Override
    public void complete() {
        if (!isEnded()) {
            stream.ended(this, Outcomes.COMPLETE);
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
            if (several.link != null && several.items.hasNews()) {
                several.link.credit.askSoon();
            }
        }
    }

    boolean hasUnreadItems() {
        return items != null && !items.isEmpty();
    }

    @Override
    public void succeed(Payload value) {
        if (!isEnded()) {
            stream.ended(this, stream.decode(value));
        }
    }

    @Override
    public void fail(TaskOutcome.Failure<?> failure) {
        if (!isEnded()) {
            stream.ended(this, failure);
        }
    }

    @Override
    public boolean together(List<String> tasks) {
        return stream.together(route, tasks);
    }

    @Override
    public TaskOutcome<?> decode(Payload value) {
        return stream.decode(value);
    }

    @Override
    public Payload encode(@Nullable Object value) {
        return stream.encode(value);
    }

    boolean waitsForCredit() {
        return !isEnded()
                && errands != null
                && errands.link == null
                && errands.lane != null
                && errands.room == errands.lane;
    }

    /** Whether it has a place that another one could use, and values of it wait to be read. */
    boolean isInTheWayOf(ElementRun other) {
        Lane lane = other.errands == null ? null : other.errands.lane;
        return !isEnded()
                && hasUnreadItems()
                && several != null
                && several.link != null
                && lane != null
                && lane.candidates().contains(several.link);
    }

    /** Drops all values that came, none of which was emitted, and gives up its place at a node. */
    void beginAnew() {
        if (several != null && items != null) {
            items.clear();
            several.items = stream.newSink();
            stream.backlog().giveUp(several);
        }
    }

    /** Runs a plan's step; what it throws ends the element. */
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (UnencodableException unencodable) {
            fail(TaskOutcome.Failure.of(FailureKind.UNENCODABLE, String.valueOf(unencodable.getMessage()), ""));
        } catch (RuntimeException thrown) {
            fail(TaskOutcome.Failure.of(FailureKind.BAD_ARGUMENTS, thrown.toString(), ""));
        }
    }

    void add(Errand errand) {
        errand.next = errands;
        if (errands != null) {
            errands.previous = errand;
        }
        errands = errand;
    }

    void remove(Errand errand) {
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
    }
}
