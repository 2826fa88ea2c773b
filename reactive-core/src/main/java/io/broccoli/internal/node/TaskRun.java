package io.broccoli.internal.node;

import io.broccoli.feed.Position;
import io.broccoli.feed.Source;
import io.broccoli.frame.Body;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.Call;
import io.broccoli.internal.boundary.Failures;
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
    private final Boundary boundary;
    private final IntFunction<@Nullable TaskDefinition> functions;
    private final int maxResult;
    private final SubTasks.Owner owner;

    private Body body = NOT_READ;
    private int place; // the next step or item
    private @Nullable Object result; // of the last step
    private List<@Nullable Object> results = List.of(); // of a chunk's items
    private long itemBytes; // that they take at least
    private volatile @Nullable Invocation invocation; // the handler's call that is under way

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
        this.boundary = services.context().boundary();
        this.functions = functions;
        this.maxResult = maxResult;
        this.owner = owner;
    }

    /** Begins; a task whose time is over does not. */
    Step begin() {
        try {
            body = boundary.values().decodeBody(task.body());
        } catch (MalformedFrameException malformed) {
            return failed(boundary.guard()
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
            results = new ArrayList<>(each.items().size());
        }
        return advance();
    }

    /** Goes on with what an awaited publisher gave. */
    Step resume(Call<@Nullable Object> value) {
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
            Call<@Nullable Object> called = boundary.handlers().call(definition, invocation(), body, place, result);
            if (called instanceof Call.Done<@Nullable Object> returned) {
                Publisher<?> publisher = Upstream.publisher(returned.value());
                if (publisher != null) {
                    return publisher instanceof Mono ? new Step.Await(publisher) : items(publisher, definition);
                }
            }
            Step.Done ended = accept(called);
            if (ended != null) {
                return ended;
            }
        }
        return succeeded();
    }

    private Invocation invocation() {
        Body.Headers headers = body.headers();
        long id = headers.id() != 0 ? headers.id() : task.id();
        Invocation called = new Invocation(owner, task, id, headers.attempt(), headers.depth(), services);
        INVOCATION.lazySet(this, called); // sub-tasks look themselves whether the task was stopped
        return called;
    }

    /** @return how the task ended, if it did */
    private Step.@Nullable Done accept(Call<@Nullable Object> called) {
        endSubTasks();
        if (called instanceof Call.Failed<@Nullable Object> failed) {
            return failed(failed);
        }
        Object value = ((Call.Done<@Nullable Object>) called).value();
        if (body instanceof Body.Each) {
            Step.Done ended = acceptItem(value);
            if (ended != null) {
                return ended;
            }
        } else if (place + 1 == places()) {
            result = value;
        } else {
            // What one step gives to the next is what it would be after travelling: the plain value.
            Call<@Nullable Object> plain = plain(value);
            if (plain instanceof Call.Failed<@Nullable Object> failed) {
                return failed(failed);
            }
            result = ((Call.Done<@Nullable Object>) plain).value();
        }
        place++;
        return null;
    }

    /** Keeps no more results of items than can be sent: a small chunk may ask for many large ones. */
    private Step.@Nullable Done acceptItem(@Nullable Object value) {
        if (value == null || value instanceof Integer || value instanceof Double || value instanceof Boolean) {
            results.add(value);
        } else if (value instanceof String text) {
            results.add(value);
            itemBytes += text.length();
        } else {
            Call<Payload> encoded = boundary.values().encode(value);
            if (encoded instanceof Call.Failed<Payload> failed) {
                return failed(failed.at("item " + place));
            }
            Payload payload = ((Call.Done<Payload>) encoded).value();
            results.add(payload);
            itemBytes += payload.length();
        }
        return itemBytes <= maxResult
                ? null
                : failed(
                        FailureKind.TOO_LARGE,
                        "The results of " + results.size() + " of " + places() + " items take " + itemBytes
                                + " bytes, at most " + maxResult + " can be sent");
    }

    private Call<@Nullable Object> plain(@Nullable Object value) {
        if (value == null
                || value instanceof String
                || value instanceof Integer
                || value instanceof Double
                || value instanceof Boolean) {
            return Call.Done.of(value);
        }
        Call<Payload> encoded = boundary.values().encode(value);
        return encoded instanceof Call.Done<Payload> done
                ? boundary.values().decode(done.value(), Object.class)
                : ((Call.Failed<Payload>) encoded).cast();
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
        Call<@Nullable Object[]> arguments = boundary.handlers().arguments(definition, body, place, result);
        if (arguments instanceof Call.Failed<@Nullable Object[]> failed) {
            return failed(failed);
        }
        @Nullable Object[] bound = ((Call.Done<@Nullable Object[]>) arguments).value();
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

    // ---- outcomes

    private Step.Done succeeded() {
        Call<Payload> encoded = boundary.values().encode(body instanceof Body.Each ? results : result);
        if (encoded instanceof Call.Failed<Payload> failed) {
            return failed(failed);
        }
        Payload payload = ((Call.Done<Payload>) encoded).value();
        if (payload.length() > maxResult) {
            return failed(
                    FailureKind.TOO_LARGE,
                    "The result takes " + payload.length() + " bytes, at most " + maxResult + " can be sent");
        }
        return new Step.Done(ResultStatus.SUCCESS, payload);
    }

    /** The task failed where it is now. */
    Step.Done failed(Call.Failed<?> failed) {
        return failed(failed, step());
    }

    /** The task failed in that step. */
    Step.Done failed(Call.Failed<?> failed, int step) {
        return new Step.Done(status(failed.kind()), Failures.encode(boundary.values(), failed, step));
    }

    /** The task failed where it is now, and no exception says why. */
    Step.Done failed(FailureKind kind, String message) {
        return new Step.Done(status(kind), Failures.encode(boundary.values(), kind, message, "", step(), ""));
    }

    private static ResultStatus status(FailureKind kind) {
        return kind == FailureKind.BAD_ARGUMENTS ? ResultStatus.BAD_ARGUMENTS : ResultStatus.FAILURE;
    }

    /** Of a chain, counted from 1; the last one's when all were made. */
    private int step() {
        return body instanceof Body.Chain ? Math.min(place + 1, Math.max(1, places())) : 0;
    }
}
