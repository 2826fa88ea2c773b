package io.broccoli.internal.producer;

import io.broccoli.internal.boundary.Downstream;
import io.broccoli.task.TaskOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements that a stream has taken and not emitted, and what of them is to be emitted next: in the order of the source, or in
 * the order in which it came.
 */
final class Emitter<R> {

    private final Downstream<TaskOutcome<R>> downstream;
    private final boolean ordered;
    private final Elements elements = new Elements();
    private final ArrayDeque<ElementRun> unread = new ArrayDeque<>(); // unordered only: with something to emit
    private int ended;

    Emitter(Downstream<TaskOutcome<R>> downstream, boolean ordered) {
        this.downstream = downstream;
        this.ordered = ordered;
    }

    Elements elements() {
        return elements;
    }

    /** Those that only wait to be emitted. */
    int ended() {
        return ended;
    }

    void ended(ElementRun run, TaskOutcome<?> how) {
        run.outcome = how;
        ended++;
        hasMore(run);
    }

    /** There is something to emit of an element. */
    void hasMore(ElementRun run) {
        if (!ordered && !run.unread) {
            run.unread = true;
            unread.addLast(run);
        }
    }

    /** Whether there is something that may be emitted as soon as it is asked for. */
    boolean isReady() {
        ElementRun run = ordered ? elements.oldest() : unread.peekFirst();
        return run != null && run.next() != null;
    }

    /**
     * Emits what is there, as far as it is asked for.
     *
     * @param signals know how much that is
     * @param itemDeadline of an element of which a value is emitted
     * @return what the subscriber threw: it cannot go on without what it lost
     */
    @SuppressWarnings("unchecked")
    @Nullable Throwable emit(StreamSignals<?> signals, long itemDeadline) {
        long emitted = 0;
        long asked = signals.asked();
        Throwable thrown = null;
        while (thrown == null && !signals.isCancelled()) {
            ElementRun run = ordered ? elements.oldest() : unread.peekFirst();
            TaskOutcome<?> next = run == null ? null : run.next();
            if (run == null || next == null || emitted == asked && next != Outcomes.COMPLETE) {
                break;
            }
            take(run, itemDeadline);
            if (next != Outcomes.COMPLETE) {
                emitted++;
                thrown = downstream.onNext((TaskOutcome<R>) next);
            }
        }
        signals.emitted(emitted);
        return thrown;
    }

    /** Takes the next outcome of an element; a value of several goes on, and its task may give another one. */
    private void take(ElementRun run, long itemDeadline) {
        if (!ordered) {
            unread.removeFirst();
            run.unread = false;
        }
        if (!run.hasUnreadItems()) {
            elements.remove(run);
            ended--;
            return;
        }
        run.takeItem(itemDeadline);
        if (run.next() != null) {
            hasMore(run);
        }
    }

    /**
     * Gives all elements up.
     *
     * @return what of them waited to be emitted
     */
    List<TaskOutcome<?>> abandon() {
        List<TaskOutcome<?>> unwanted = new ArrayList<>();
        for (ElementRun run = elements.oldest(); run != null; run = run.next) {
            run.takeUnwanted(unwanted);
            run.outcome = Outcomes.CLOSED;
            run.withdraw();
        }
        elements.clear();
        unread.clear();
        return unwanted;
    }

    /** Outcomes that will not be emitted. */
    void discard(List<TaskOutcome<?>> unwanted) {
        unwanted.forEach(downstream::discard);
    }

    /** Values of several that were not emitted; goes through all elements. */
    long unread() {
        long values = 0;
        for (ElementRun run = elements.oldest(); run != null; run = run.next) {
            values += run.unreadItems();
        }
        return values;
    }
}
