package io.broccoli.dispatch;

import io.broccoli.credit.CreditLedger;
import io.broccoli.feed.Position;
import io.broccoli.feed.Source;
import io.broccoli.frame.Body;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.spi.UnencodableException;
import io.broccoli.task.BadArgumentsException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskDefinition;
import io.broccoli.task.TaskException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Runs one task at a node: a call, the steps of a chain, or the items of a chunk, one after another. Handlers that give a
 * {@code Mono} are awaited without a thread; a publisher of several values becomes a {@link HandlerFlux}.
 */
final class Execution {

    private static final Body NOT_READ = new Body.Chain(List.of(), Body.Headers.NONE);

    private final Job job;
    private final String node;
    private final int maxResult;
    private final PayloadCodec codec;
    private final IntFunction<@Nullable TaskDefinition> functions;
    private final HandlerFluxes fluxes;
    private final NodeFeeds feeds;
    private final Consumer<Job> completed;
    private final Nesting nesting;
    private Consumer<BooleanSupplier> worker; // that of now, or the last one

    private Body body = NOT_READ;
    private int place; // the next step or item
    private @Nullable Object result; // of the last step
    private List<@Nullable Object> results = List.of(); // of a chunk's items
    private volatile @Nullable Awaiting awaited;
    private volatile @Nullable Invocation invocation; // the handler's call that is under way

    /**
     * @param maxResult the largest result that can be sent, in bytes
     * @param fluxes run what gives several values
     * @param feeds serve those who subscribe to one
     * @param completed hears of the job when it has its outcome
     * @param nesting of this node
     * @param worker runs what follows an awaited {@code Mono} on the worker's thread
     */
    Execution(
            Job job,
            String node,
            int maxResult,
            PayloadCodec codec,
            IntFunction<@Nullable TaskDefinition> functions,
            HandlerFluxes fluxes,
            NodeFeeds feeds,
            Consumer<Job> completed,
            Nesting nesting,
            Consumer<BooleanSupplier> worker) {
        this.job = job;
        this.node = node;
        this.maxResult = maxResult;
        this.codec = codec;
        this.functions = functions;
        this.fluxes = fluxes;
        this.feeds = feeds;
        this.completed = completed;
        this.nesting = nesting;
        this.worker = worker;
    }

    /** @return false if it waits for a publisher; a task whose time is over does not begin */
    boolean start(LongSupplier clock) {
        try {
            body = codec.decodeBody(job.body());
            long deadline = body.headers().deadlineMillis() * 1_000_000;
            if (deadline > 0 && clock.getAsLong() - job.arrivedAt > deadline) {
                return end(ResultStatus.RETURNED, CreditLedger.reason(Reason.EXPIRED));
            }
        } catch (MalformedFrameException malformed) {
            return end(ResultStatus.BAD_ARGUMENTS, failure(FailureKind.BAD_ARGUMENTS, malformed));
        }
        if (body.headers().depth() > Nesting.MAX_DEPTH) {
            return end(
                    ResultStatus.FAILURE, Nesting.tooDeep(codec, body.headers().depth()));
        }
        if (body instanceof Body.Each each) {
            results = new ArrayList<>(each.items().size());
        }
        return advance();
    }

    /** Stops waiting for a {@code Mono}, if it does, and what it sent out itself. */
    void stop() {
        endSubWork();
        Awaiting waiting = awaited;
        if (waiting != null) {
            waiting.cancelAwaiting();
        }
    }

    /** Cancels sub-tasks; the task itself goes on. */
    void endSubWork() {
        Invocation current = invocation;
        if (current != null) {
            current.end();
        }
    }

    /** It waits for sub-tasks now: a worker that only waits with it takes other jobs. */
    void releaseWorker() {
        Awaiting waiting = awaited;
        if (waiting != null && waiting.claimWorker()) {
            waiting.worker().accept(() -> true);
        }
    }

    private boolean advance() {
        while (place < places()) {
            if (job.isStopped()) {
                return end(ResultStatus.ABORTED, Payload.EMPTY);
            }
            Object value;
            try {
                TaskDefinition definition = functions.apply(function());
                if (definition == null) {
                    return end(ResultStatus.RETURNED, CreditLedger.reason(Reason.UNKNOWN_FUNCTION));
                }
                if (definition.source() != null) {
                    return subscribe(definition, definition.source());
                }
                value = invoke(definition);
                if (value instanceof Publisher<?> several && !(value instanceof Mono)) {
                    return giveItems(several, definition);
                }
                if (value instanceof Publisher || value instanceof CompletionStage) {
                    Awaiting waiting = new Awaiting(this, worker);
                    awaited = waiting;
                    if (!waiting.await(mono(value))) {
                        Invocation current = invocation;
                        return current != null && current.hasSubWork() && waiting.claimWorker();
                    }
                    if (!waiting.claimWorker()) { // it had sub-tasks for a moment, and the worker is given away
                        resumed(waiting);
                        return false;
                    }
                    if (waiting.isCancelled()) {
                        return end(ResultStatus.ABORTED, Payload.EMPTY);
                    }
                    value = waiting.valueOrThrow();
                }
            } catch (Throwable thrown) { // errors of the JVM too: else the worker would be lost, and nobody told
                return failed(thrown);
            }
            accept(value);
        }
        return succeeded();
    }

    /** The awaited {@code Mono} ended; called on its thread. */
    void resumed(Awaiting waiting) {
        if (waiting.claimWorker()) {
            waiting.worker().accept(() -> goOn(waiting));
        } else {
            nesting.resume(next -> {
                worker = next;
                return goOn(waiting);
            });
        }
    }

    private boolean goOn(Awaiting waiting) {
        try {
            if (waiting.isCancelled()) {
                return end(ResultStatus.ABORTED, Payload.EMPTY);
            }
            accept(waiting.valueOrThrow());
        } catch (Throwable thrown) {
            return failed(thrown);
        }
        return advance();
    }

    // ---- several values

    private boolean giveItems(Publisher<?> several, TaskDefinition definition) {
        boolean last = body instanceof Body.Call || body instanceof Body.Chain && place + 1 == places();
        if (!last) {
            String where = body instanceof Body.Chain ? "a step of a chain that is not the last" : "a part of a chunk";
            return refused(definition.name() + " gives several values, which " + where + " cannot");
        }
        if (body.headers().itemLimit() <= 0) {
            return refused(definition.name() + " gives several values, and one is asked for: use flatMap or stream");
        }
        fluxes.begin(several, job, isReplayable(definition), body.headers(), this, worker);
        return false;
    }

    /** A subscriber of a feed holds no worker. */
    private boolean subscribe(TaskDefinition definition, Source source) {
        if (!(body instanceof Body.Call) || body.headers().itemLimit() <= 0) {
            return refused(definition.name() + " does not end: use Cluster.feed");
        }
        @Nullable Object[] bound = arguments(definition);
        if (bound[0] instanceof Long epoch && bound[1] instanceof Long sequence && epoch >= 0 && sequence >= 0) {
            feeds.subscribe(job, this, definition.name(), source, new Position(epoch, sequence), body.headers());
            return true;
        }
        throw new BadArgumentsException("a position is an epoch and a sequence, neither of them negative");
    }

    private boolean refused(String message) {
        return refused(FailureKind.TASK_FAILED, message);
    }

    boolean refused(FailureKind kind, String message) {
        failedWith(kind, message);
        return handBack();
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

    Payload encode(Object item) {
        return codec.encode(item);
    }

    /** Notes how the items ended; they come first. */
    void failedWith(FailureKind kind, String message) {
        job.status = ResultStatus.FAILURE;
        job.payload = Failures.encode(codec, kind, message, "", step());
    }

    void failedWith(Throwable thrown) {
        boolean bad = thrown instanceof BadArgumentsException;
        boolean exhausted = thrown instanceof TaskException nested
                && nested.failure().kind() == FailureKind.NESTING_EXHAUSTED; // whoever waits further up must know
        job.status = bad ? ResultStatus.BAD_ARGUMENTS : ResultStatus.FAILURE;
        job.payload = failure(
                bad ? FailureKind.BAD_ARGUMENTS : exhausted ? FailureKind.NESTING_EXHAUSTED : FailureKind.TASK_FAILED,
                thrown);
    }

    /** The items end without a failure. */
    void completes() {
        job.status = ResultStatus.END;
    }

    /** All items were received. */
    void completedStream(long count) {
        if (job.status == ResultStatus.END) {
            job.payload = codec.encode(count);
        }
        handBack();
    }

    boolean aborted() {
        return end(ResultStatus.ABORTED, Payload.EMPTY);
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

    private @Nullable Object invoke(TaskDefinition definition) throws Exception {
        @Nullable Object[] bound = arguments(definition);
        Body.Headers headers = body.headers();
        long id = headers.id() != 0 ? headers.id() : job.id();
        Invocation called =
                new Invocation(node, job.producer(), id, headers.attempt(), headers.depth(), nesting, this, job.root());
        invocation = called;
        return definition.handler().handle(called, bound);
    }

    private @Nullable Object[] arguments(TaskDefinition definition) {
        return BoundArguments.of(definition, body, place, result, codec);
    }

    private void accept(@Nullable Object value) {
        endSubWork();
        // What one step gives to the next is what it would be after travelling: the plain value.
        if (body instanceof Body.Each) {
            results.add(value);
        } else {
            boolean last = place + 1 == places();
            result = last ? value : plain(value);
        }
        place++;
    }

    private @Nullable Object plain(@Nullable Object value) {
        if (value == null
                || value instanceof String
                || value instanceof Integer
                || value instanceof Double
                || value instanceof Boolean) {
            return value;
        }
        return codec.decode(codec.encode(value), Object.class);
    }

    private static Mono<?> mono(Object value) {
        if (value instanceof Mono<?> mono) {
            return mono;
        }
        if (value instanceof CompletionStage<?> stage) {
            return Mono.fromCompletionStage(stage);
        }
        throw new UnsupportedOperationException(
                "not to be awaited: " + value.getClass().getName());
    }

    // ---- outcomes

    private boolean succeeded() {
        Payload encoded;
        try {
            encoded = codec.encode(body instanceof Body.Each ? results : result);
        } catch (UnencodableException unencodable) {
            return end(ResultStatus.FAILURE, failure(FailureKind.UNENCODABLE, unencodable));
        }
        if (encoded.length() > maxResult) {
            String message = "The result takes " + encoded.length() + " bytes, at most " + maxResult + " can be sent";
            return end(ResultStatus.FAILURE, Failures.encode(codec, FailureKind.TOO_LARGE, message, "", 0));
        }
        return end(ResultStatus.SUCCESS, encoded);
    }

    private boolean failed(Throwable thrown) {
        failedWith(thrown);
        return handBack();
    }

    private Payload failure(FailureKind kind, Throwable thrown) {
        boolean plain = thrown instanceof BadArgumentsException
                || thrown instanceof UnencodableException
                || thrown instanceof ConversionException
                || thrown instanceof MalformedFrameException;
        String text = thrown.getMessage();
        String message = text == null || text.isEmpty() ? thrown.getClass().getName() : text;
        return Failures.encode(codec, kind, message, plain ? "" : Traces.of(thrown), step());
    }

    private int step() {
        return body instanceof Body.Chain ? place + 1 : 0;
    }

    private boolean end(ResultStatus status, Payload payload) {
        job.status = status;
        job.payload = payload;
        return handBack();
    }

    private boolean handBack() {
        endSubWork();
        completed.accept(job);
        return true;
    }
}
