package io.broccoli.dispatch;

import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.route.Route;
import io.broccoli.spi.UnencodableException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One element of a stream, from being taken to being emitted: one slot of the window. */
final class ElementRun implements Run {

    final DispatchStream<?, ?> stream;
    final Route route;
    final long deadline; // nanoseconds; Long.MAX_VALUE for none
    final long expiresAt; // nanoseconds, unless a task of it was sent; Long.MAX_VALUE for never
    boolean beginning = true;
    boolean sent; // whether anything of it was sent

    @Nullable TaskOutcome<?> outcome; // once it ended

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
    public Payload encode(@Nullable Object value) {
        return stream.encode(value);
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
