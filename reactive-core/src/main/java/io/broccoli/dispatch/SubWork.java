package io.broccoli.dispatch;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.frame.Payload;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * What one call of a handler sends to the cluster itself. While any of it is under way its task holds no worker. Belongs to the
 * member's serial executor, but for {@link #dispatch} and {@link #end}.
 */
final class SubWork {

    private static final TaskOutcome.Failure<Object> ENDED = TaskOutcome.Failure.of(
            FailureKind.CLOSED, "The task that sent this ended, or was cancelled, before the outcome came", "");

    private final Nesting nesting;
    private final Execution execution;
    private final Job root;
    private final int depth;
    private final Set<DispatchStream<?, ?>> streams = new LinkedHashSet<>();
    private volatile int underWay; // how many streams
    private volatile boolean ended;
    private @Nullable InPlace running; // one at a time

    /** @param depth of the sub-tasks */
    SubWork(Nesting nesting, Execution execution, Job root, int depth) {
        this.nesting = nesting;
        this.execution = execution;
        this.root = root;
        this.depth = depth;
    }

    int depth() {
        return depth;
    }

    Job root() {
        return root;
    }

    // ---- from any thread

    <I, R> Flux<TaskOutcome<R>> dispatch(Publisher<? extends I> source, Plan<I, R> plan, DispatchOptions options) {
        if (depth > Nesting.MAX_DEPTH) {
            TaskOutcome.Failure<R> refused = Nesting.tooDeep(depth);
            return Flux.from(source).map(element -> refused);
        }
        return nesting.dispatch(source, plan, options, this);
    }

    boolean isUnderWay() {
        return underWay > 0;
    }

    void end() {
        if (!ended) {
            ended = true;
            nesting.execute(() -> List.copyOf(streams).forEach(stream -> stream.close(ENDED)));
        }
    }

    // ---- on the executor

    void began(DispatchStream<?, ?> stream) {
        if (ended) {
            stream.close(ENDED);
            return;
        }
        streams.add(stream);
        underWay = streams.size();
        nesting.waits(root);
        execution.releaseWorker();
    }

    void ended(DispatchStream<?, ?> stream) {
        if (streams.remove(stream)) {
            underWay = streams.size();
            nesting.waitsNoMore(root);
        }
    }

    /** Whether what waits there may be sent; if the task cannot be parked it is run in the task's place, where that can be. */
    boolean usesCredit(Lane lane) {
        return nesting.isParked(root) || !nesting.offers(lane);
    }

    boolean runsInPlace(Lane lane) {
        return nesting.offers(lane);
    }

    /** What found no credit is run in the task's place, one at a time. */
    void runInPlace(DispatchStream<?, ?> stream) {
        while (running == null && stream.pending() > 0) {
            Errand errand = stream.backlog().takeFrom(nesting::offers);
            if (errand == null) {
                return;
            }
            Payload body = nesting.body(errand);
            if (body != null) {
                running = nesting.run(this, errand, body);
            }
        }
    }

    /** That what ran in place is done. */
    void done(InPlace job) {
        running = null;
        nesting.outcome(job);
    }

    /** How long a lane may go without any room before what waits in it fails, in nanoseconds. */
    long patience() {
        return nesting.isParked(root) ? Nesting.PATIENCE : Nesting.PATIENCE_IF_NOT_PARKED;
    }

    String exhausted(Lane lane) {
        return nesting.exhausted(lane, root, patience());
    }
}
