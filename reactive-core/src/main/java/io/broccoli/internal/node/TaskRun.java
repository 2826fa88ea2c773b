package io.broccoli.internal.node;

import io.broccoli.feed.Position;
import io.broccoli.feed.Source;
import io.broccoli.frame.Body;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.Failures;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Upstream;
import io.broccoli.internal.credit.CreditLedger;
import io.broccoli.internal.view.Fault;
import io.broccoli.internal.view.ViewProgram;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * What one task does, step by step: a call, the steps of a chain, or the items of a chunk. It reads arguments, calls handlers and
 * writes the result, all through the boundary, and says what comes next. It knows no threads and no workers.
 */
final class TaskRun {

    private static final AtomicReferenceFieldUpdater<TaskRun, Invocation> INVOCATION =
            AtomicReferenceFieldUpdater.newUpdater(TaskRun.class, Invocation.class, "invocation");
    private static final Body NOT_READ = new Body.Chain(List.of(), Body.Headers.NONE);

    private final NodeTask task;
    private final RunServices services;
    private final IntFunction<@Nullable TaskDefinition> functions;
    private final int maxResult;
    private final SubTasks.Owner owner;

    private Body body = NOT_READ;
    private int place; // the next step or item
    private @Nullable Object result; // of the last step
    private @Nullable Results results; // of a chunk's items
    private volatile @Nullable Invocation invocation; // the handler's call that is under way

    /** What came of a chunk's items so far. */
    private static final class Results {
        private final List<@Nullable Object> values;
        private long bytes; // that they take at least

        private Results(int items) {
            values = new ArrayList<>(items);
        }

        private void add(@Nullable Object value, int length) {
            values.add(value);
            bytes += length;
        }
    }

    /**
     * @param functions as they are when it begins
     * @param maxResult the largest result that can be sent, in bytes
     * @param owner runs it
     */
    TaskRun(
            NodeTask task,
            RunServices services,
            IntFunction<@Nullable TaskDefinition> functions,
            int maxResult,
            SubTasks.Owner owner) {
        this.task = task;
        this.services = services;
        this.functions = functions;
        this.maxResult = maxResult;
        this.owner = owner;
    }

    /** Begins; a task whose time is over does not. */
    Step begin() {
        try {
            body = boundary().values().decodeBody(task.body());
        } catch (MalformedFrameException malformed) {
            return failed(boundary()
                    .guard()
                    .failed(FailureKind.BAD_ARGUMENTS, String.valueOf(malformed.getMessage()), malformed));
        }
        Body.Headers headers = body.headers();
        long deadline = headers.deadlineMillis() * 1_000_000;
        if (deadline > 0 && services.context().clock().getAsLong() - task.arrivedAt > deadline) {
            return new Step.Done(ResultStatus.RETURNED, CreditLedger.reason(Reason.EXPIRED));
        }
        if (headers.depth() > Depth.MOST) {
            return failed(FailureKind.NESTING_EXHAUSTED, Depth.exceeded(headers.depth()));
        }
        if (body instanceof Body.Each each) {
            results = new Results(each.items().size());
        }
        return advance();
    }

    /** Goes on with what an awaited publisher gave. */
    Step resume(@Nullable Object value) {
        Step.Done ended = accept(value);
        return ended == null ? advance() : ended;
    }

    /** Cancels sub-tasks; the task itself goes on. */
    void endSubTasks() {
        Invocation current = invocation;
        if (current != null) {
            current.end();
        }
    }

    boolean hasSubTasks() {
        Invocation current = invocation;
        return current != null && current.hasSubTasks();
    }

    private Step advance() {
        while (place < places()) {
            if (task.isStopped()) {
                return Step.Done.ABORTED;
            }
            TaskDefinition definition = functions.apply(function());
            if (definition == null) {
                return new Step.Done(ResultStatus.RETURNED, CreditLedger.reason(Reason.UNKNOWN_FUNCTION));
            }
            if (definition.source() != null) {
                return subscribe(definition, definition.source());
            }
            Object value;
            try {
                value = boundary().handlers().call(definition, invocation(), body, place, result);
            } catch (ForeignFailure failed) {
                return failed(failed);
            }
            Publisher<?> publisher = Upstream.publisher(value);
            if (publisher != null) {
                return publisher instanceof Mono ? new Step.Await(publisher) : items(publisher, definition);
            }
            Step.Done ended = accept(value);
            if (ended != null) {
                return ended;
            }
        }
        return succeeded();
    }

    private Invocation invocation() {
        Invocation called = new Invocation(owner, task, body.headers(), services);
        INVOCATION.lazySet(this, called); // sub-tasks look themselves whether the task was stopped
        return called;
    }

    /** @return how the task ended, if it did */
    private Step.@Nullable Done accept(@Nullable Object value) {
        endSubTasks();
        if (results != null) {
            Step.Done ended = acceptItem(results, value);
            if (ended != null) {
                return ended;
            }
        } else if (place + 1 == places()) {
            result = value;
        } else {
            try {
                result = plain(value);
            } catch (ForeignFailure failed) {
                return failed(failed);
            }
        }
        place++;
        return null;
    }

    /** Keeps no more results of items than can be sent: a small chunk may ask for many large ones. */
    private Step.@Nullable Done acceptItem(Results all, @Nullable Object value) {
        if (value == null || value instanceof Integer || value instanceof Double || value instanceof Boolean) {
            all.add(value, 0);
        } else if (value instanceof String text) {
            all.add(value, text.length());
        } else {
            Payload payload;
            try {
                payload = boundary().values().encode(value);
            } catch (ForeignFailure failed) {
                return failed(failed.at("item " + place));
            }
            all.add(payload, payload.length());
        }
        return all.bytes <= maxResult
                ? null
                : failed(
                        FailureKind.TOO_LARGE,
                        "The results of " + all.values.size() + " of " + places() + " items take " + all.bytes
                                + " bytes, at most " + maxResult + " can be sent");
    }

    /** What one step gives to the next: the plain value, as it would be after travelling. */
    private @Nullable Object plain(@Nullable Object value) throws ForeignFailure {
        if (value == null
                || value instanceof String
                || value instanceof Integer
                || value instanceof Double
                || value instanceof Boolean) {
            return value;
        }
        return boundary().values().decode(boundary().values().encode(value), Object.class);
    }

    private Step items(Publisher<?> publisher, TaskDefinition definition) {
        boolean last = body instanceof Body.Call || body instanceof Body.Chain && place + 1 == places();
        if (!last) {
            String where = body instanceof Body.Chain ? "a step of a chain that is not the last" : "a part of a chunk";
            return failed(
                    FailureKind.BAD_ARGUMENTS, definition.name() + " gives several values, which " + where + " cannot");
        }
        if (body.headers().itemLimit() <= 0) {
            return failed(
                    FailureKind.BAD_ARGUMENTS,
                    definition.name() + " gives several values, and one is asked for: use flatMap or stream");
        }
        return new Step.Items(publisher, isReplayable(definition), body.headers());
    }

    /** Only if all steps give the same again, the last one does. */
    private boolean isReplayable(TaskDefinition last) {
        if (body instanceof Body.Chain chain) {
            for (Body.Step step : chain.steps()) {
                TaskDefinition definition = functions.apply(step.function());
                if (definition == null || !definition.replayable()) {
                    return false;
                }
            }
        }
        return last.replayable();
    }

    private Step subscribe(TaskDefinition definition, Source source) {
        if (!(body instanceof Body.Call) || body.headers().itemLimit() <= 0) {
            return failed(FailureKind.BAD_ARGUMENTS, definition.name() + " does not end: use Cluster.feed");
        }
        @Nullable Object[] bound;
        try {
            bound = boundary().handlers().arguments(definition, body, place, result);
        } catch (ForeignFailure failed) {
            return failed(failed);
        }
        if (bound[0] instanceof Long epoch && bound[1] instanceof Long sequence && epoch >= 0 && sequence >= 0) {
            return subscribe(definition, source, new Position(epoch, sequence), bound.length > 2 ? bound[2] : null);
        }
        return failed(FailureKind.BAD_ARGUMENTS, "a position is an epoch and a sequence, neither of them negative");
    }

    private Step subscribe(TaskDefinition definition, Source source, Position after, @Nullable Object view) {
        ViewProgram program = null;
        if (view != null) {
            try {
                program = ViewProgram.read(view);
            } catch (Fault wrong) {
                ViewThread.Failure failure = ViewThread.failure(FailureKind.BAD_ARGUMENTS, wrong);
                return failed(failure.why(), failure.step());
            }
        }
        return new Step.Subscribe(definition.name(), source, after, program, body.headers());
    }

    private int places() {
        if (body instanceof Body.Chain chain) {
            return chain.steps().size();
        }
        return body instanceof Body.Each each ? each.items().size() : 1;
    }

    private int function() {
        if (body instanceof Body.Chain chain) {
            return chain.steps().get(place).function();
        }
        return body instanceof Body.Each each ? each.function() : ((Body.Call) body).function();
    }

    private Boundary boundary() {
        return services.context().boundary();
    }

    // ---- outcomes

    private Step.Done succeeded() {
        Payload payload;
        try {
            payload = boundary().values().encode(results != null ? results.values : result);
        } catch (ForeignFailure failed) {
            return failed(failed);
        }
        if (payload.length() > maxResult) {
            return failed(
                    FailureKind.TOO_LARGE,
                    "The result takes " + payload.length() + " bytes, at most " + maxResult + " can be sent");
        }
        return new Step.Done(ResultStatus.SUCCESS, payload);
    }

    /** The task failed where it is now. */
    Step.Done failed(ForeignFailure failed) {
        return failed(failed, step());
    }

    /** The task failed in that step. */
    Step.Done failed(ForeignFailure failed, int step) {
        return new Step.Done(status(failed.kind()), Failures.encode(boundary().values(), failed, step, maxResult));
    }

    /** The task failed where it is now, and no exception says why. */
    Step.Done failed(FailureKind kind, String message) {
        return new Step.Done(status(kind), Failures.encode(boundary().values(), kind, message, "", step(), ""));
    }

    private static ResultStatus status(FailureKind kind) {
        return kind == FailureKind.BAD_ARGUMENTS ? ResultStatus.BAD_ARGUMENTS : ResultStatus.FAILURE;
    }

    /** Of a chain, counted from 1; the last one's when all were made. */
    private int step() {
        return body instanceof Body.Chain ? Math.min(place + 1, Math.max(1, places())) : 0;
    }
}
