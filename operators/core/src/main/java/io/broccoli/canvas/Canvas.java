package io.broccoli.canvas;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.route.Router;
import io.broccoli.task.BadArgumentsException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskOutcome;
import io.broccoli.window.EventStage;
import io.broccoli.window.Window;
import io.broccoli.window.WindowResult;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs signatures on a cluster: once, as a {@code Mono}, or for each element of a stream, as a {@link Stage} for
 * {@code Flux.transform}. The static methods create signatures. Immutable: {@code with} methods return copies.
 * Thread-safe; no method blocks.
 *
 * <p>Nothing is sent before the subscription. An element holds one slot of the window through its whole canvas. The
 * first failure of a canvas ends it and cancels its tasks in flight, as does cancelling the subscription.
 */
public final class Canvas extends Signatures {

    private final Cluster cluster;
    private final DispatchOptions options;

    private Canvas(Cluster cluster, DispatchOptions options) {
        this.cluster = cluster;
        this.options = options;
    }

    /** A canvas with {@link DispatchOptions#DEFAULTS}. */
    public static Canvas on(Cluster cluster) {
        return new Canvas(cluster, DispatchOptions.DEFAULTS.withName("canvas"));
    }

    /**
     * A canvas for the sub-tasks of a task that runs on a node; see {@link Cluster#of}. Make its publishers part of the
     * publisher that the handler returns.
     *
     * @throws IllegalArgumentException if the context is not that of a task on a node
     */
    public static Canvas on(TaskContext context) {
        return on(Cluster.of(context));
    }

    /** Sets the time-out of an element, from being taken to its outcome. Default 60 s; zero disables it. */
    public Canvas withTimeout(Duration timeout) {
        return new Canvas(cluster, options.withTimeout(timeout));
    }

    /** Sets the window W: most elements of a stream that are taken and not yet emitted. Default 1,024. */
    public Canvas withWindow(int elements) {
        return new Canvas(cluster, options.withWindow(elements));
    }

    /**
     * Sets the item window: most values of one element requested and not yet emitted ({@link #flatMap}). Default 32.
     */
    public Canvas withItems(int values) {
        return new Canvas(cluster, options.withItems(values));
    }

    /** Sets whether failed tasks are retried, each by itself. Default {@link RetryPolicy#NEVER}. */
    public Canvas withRetry(RetryPolicy retry) {
        return new Canvas(cluster, options.withRetry(retry));
    }

    /** Changes any of the {@link DispatchOptions}: delivery, hedging, expiry, delay, rate, priority, weight. */
    public Canvas with(UnaryOperator<DispatchOptions> change) {
        return new Canvas(cluster, change.apply(options));
    }

    /** Sets how often a task may be sent, if nodes that have it are lost. Default 5. */
    public Canvas withAttempts(int attempts) {
        return new Canvas(cluster, options.withAttempts(attempts));
    }

    /** Emits results as they arrive, instead of in the order of the source. */
    public Canvas unordered() {
        return new Canvas(cluster, options.withOrdered(false));
    }

    /**
     * Selects the nodes that an element may go to. The router receives the element, or the first value of {@link Args},
     * a window or a chunk; for a canvas that runs once, the first argument of its first call.
     */
    public Canvas routedBy(Router router) {
        return new Canvas(cluster, options.withRouter(router));
    }

    /** Sets the name shown in messages and metrics. */
    public Canvas named(String name) {
        return new Canvas(cluster, options.withName(name));
    }

    // ---- once

    /**
     * Runs a signature, once for each subscription.
     *
     * @return emits the result; completes empty if the result is null; errors with a
     *     {@link io.broccoli.task.TaskException} if a part of the signature fails
     */
    public <R> Mono<R> run(Signature<R> signature) {
        return outcome(signature).<R>handle((outcome, sink) -> {
            if (outcome instanceof TaskOutcome.Failure<R> failure) {
                sink.error(failure.toException());
            } else if (outcome instanceof TaskOutcome.Success<R> success && success.value() != null) {
                sink.next(success.value());
            }
        });
    }

    /** Runs a signature, once for each subscription. Emits a success or a failure, and never errors. */
    public <R> Mono<TaskOutcome<R>> outcome(Signature<R> signature) {
        return Mono.defer(() -> {
            CanvasPlan<Object, R> plan;
            try {
                plan = CanvasPlan.of(signature);
            } catch (BadArgumentsException bad) {
                return Mono.just(
                        TaskOutcome.Failure.of(FailureKind.BAD_ARGUMENTS, String.valueOf(bad.getMessage()), ""));
            }
            // One element needs no room for more: many runs may be under way at once.
            return withWindow(1)
                    .dispatch(Flux.just(Args.NONE), plan, none -> plan.firstArgument())
                    .next(); // not single(): that emits behind the end, when nobody can be told of a throwing operator
        });
    }

    /** Runs each member of a group by itself, once for each subscription, and emits the outcomes in order. */
    @SuppressWarnings("unchecked") // a group of results of that type has no other members
    public <R> Flux<TaskOutcome<R>> outcomes(Signature.Group<R> group) {
        return Flux.fromIterable(SignatureReader.spliced(group))
                .flatMapSequential(member -> outcome((Signature<R>) member), options.window());
    }

    /** Runs a map or starmap and emits each result while others still run, as fast as nodes have room. */
    public <R> Flux<R> stream(Signature.Each<R> each) {
        List<@Nullable Object> items = each.items();
        return Flux.range(0, items.size())
                .map(index -> new Args(each.spread() ? Args.spread(items.get(index)) : Args.flow(items.get(index))))
                .transform(map(each.task()));
    }

    /** Runs chunks and emits the results of each chunk while others still run, as fast as nodes have room. */
    public <R> Flux<List<R>> stream(Signature.Chunks<R> chunks) {
        List<@Nullable Object> items = chunks.items();
        return Flux.range(0, items.size())
                .map(index -> new Args(Args.spread(items.get(index))))
                .transform(chunks(chunks.task(), source -> source.buffer(chunks.size())));
    }

    /** Runs a task that gives several values, emitted on demand. See {@link #flatMap(Signature)}. */
    public <R> Flux<R> stream(Signature.Call<R> call) {
        return several(call);
    }

    /** Runs a chain whose last step gives several values, emitted on demand. See {@link #flatMap(Signature)}. */
    public <R> Flux<R> stream(Signature.Chain<R> chain) {
        return several(chain);
    }

    private <R> Flux<R> several(Signature<R> signature) {
        return Flux.defer(() -> {
            CanvasPlan<Object, R> plan = CanvasPlan.ofSeveral(signature);
            Stage<Object, R> stage = stage(source -> dispatch(source, plan, none -> plan.firstArgument()));
            return stage.apply(Flux.just(Args.NONE));
        });
    }

    // ---- as stages of a stream

    /** Runs one task for each element, across nodes. The element is the first argument. */
    public <R> Stage<Object, R> map(Task<R> task) {
        return map(task.s());
    }

    /**
     * Runs a canvas for each element. The element is passed to the first step of a chain, and to each member of a group
     * or header. Element n + 1 may be in the first step while element n is in the second. Consecutive steps that one
     * node offers are sent as one task.
     *
     * @throws BadArgumentsException if the signature cannot be run: a chain in it is empty, or it is nested too deep
     */
    public <R> Stage<Object, R> map(Signature<R> signature) {
        CanvasPlan<Object, R> plan = CanvasPlan.of(signature);
        return stage(source -> dispatch(source, plan, Args::first));
    }

    /** Runs a task for each element and emits each of its values. See {@link #flatMap(Signature)}. */
    public <R> Stage<Object, R> flatMap(Task<R> task) {
        return flatMap(task.s());
    }

    /**
     * Runs a canvas for each element; its last task may give several values, as a handler's {@code Flux}. Each value is
     * a result, emitted before those of the next element, or as it arrives ({@link #unordered}).
     *
     * <p>Demand reaches the handler: it is asked for at most the results emitted for its element plus the item window
     * ({@link #withItems}), so at most window x item window results are held here. A failure is emitted after the
     * results before it. If the node is lost in the middle, a replayable task continues on another node; any other ends
     * with {@link FailureKind#PARTIAL_RESULT}. The time-out counts from one result to the next, while there is demand.
     *
     * @throws BadArgumentsException if the signature cannot be run, as in {@link #map(Signature)}
     */
    public <R> Stage<Object, R> flatMap(Signature<R> signature) {
        CanvasPlan<Object, R> plan = CanvasPlan.ofSeveral(signature);
        return stage(source -> dispatch(source, plan, Args::first));
    }

    /** Runs one task for each element. The element is the list of arguments. */
    public <R> Stage<List<?>, R> starmap(Task<R> task) {
        CanvasPlan<Object, R> plan = CanvasPlan.of(task.s());
        return stage(source -> dispatch(source.map(Args::new), plan, Args::first));
    }

    /**
     * Runs one task for each chunk of elements: {@code size} of them, or those within {@code time} of the first. A
     * chunk uses one credit; the function is called once for each element. A failed element fails its chunk.
     *
     * @return emits a list of results for each chunk; {@link Stage#flat} flattens them
     */
    public <R> Stage<Object, List<R>> chunks(Task<R> task, int size, Duration time) {
        return chunks(task, Cuts.of(Window.tumbling(time, size)));
    }

    /** Runs one task for each chunk of {@code size} elements. See {@link #chunks(Task, int, Duration)}. */
    public <R> Stage<Object, List<R>> chunks(Task<R> task, int size) {
        return chunks(task, Cuts.of(Window.tumbling(size)));
    }

    /** Runs a canvas for each window. The list of the window's elements is its first argument. */
    public <R> Stage<Object, R> chord(Window.Arrival window, Signature<R> body) {
        CanvasPlan<List<?>, R> plan = CanvasPlan.ofWindows(body);
        return stage(source -> dispatch(Cuts.cut(window, source), plan, Args::firstOfList));
    }

    /**
     * Reduces each window to one result with an associative body. The body takes a list and returns a value that can be
     * an item of such a list (a sum, a maximum). Nodes fold parts of a window as they fill, then the partial results,
     * always in order. The caller holds at most {@value Reduction#FOLD} elements and as many partial results of a
     * window.
     *
     * <p>A larger time window is closed where the partial results arrive. It lasts its time from the first of them; an
     * element may be late by a tenth of that time, and only about {@code count} elements close it earlier. A part that
     * is too large for a node is folded in halves. Routers receive the first element of a part, and the first result.
     */
    public <R> Stage<Object, R> reduce(Window.Arrival window, Signature<R> body) {
        DispatchOptions ordered = Args.routed(options, Args::firstOfList).withOrdered(true);
        Reduction<R> reduction = new Reduction<>(
                cluster, ordered, Args.routed(options, LastFoldPlan::firstValue), window, FoldPlan.of(body));
        return stage(reduction::outcomes);
    }

    /**
     * Runs a canvas for each window over event time, also each time that it fires again. The list of the window's elements
     * is its first argument. Late elements and counters are those of {@code windows}.
     */
    public <I, K extends @Nullable Object, R> Stage<I, WindowResult<K, R>> chord(
            EventStage<I, WindowResult<K, List<I>>> windows, Signature<R> body) {
        EventChordPlan<K, I, R> plan = EventChordPlan.of(body);
        return stage(source ->
                cluster.dispatch(windows.apply(source), plan, Args.routed(options, EventChordPlan::firstElement)));
    }

    /**
     * Reduces each window over event time to one result with an associative body, as {@link #reduce(Window.Arrival,
     * Signature)} does. Elements are folded as they come: when {@value Reduction#FOLD} of a key and pane are there, nodes
     * fold them, and the partial result is kept in their place until the windows that have it are gone. A window that fires
     * folds its partial results and what is left of its elements; if it fires again, only those that came since are new.
     * So {@code windows} holds a partial result for each {@value Reduction#FOLD} elements; up to {@link #withWindow} pieces
     * are on their way besides.
     *
     * <p>Within a pane the order is that of arrival. Sliding windows have several panes, and sessions that merge have
     * several parts: there the body must be commutative too. A piece that fails is the failure of each window that has it.
     * To fold without the cluster, see {@link io.broccoli.window.EventTime#windows(Window.Events, io.broccoli.window.Fold)}.
     */
    public <I, K extends @Nullable Object, R> Stage<I, WindowResult<K, R>> reduce(
            EventStage<I, WindowResult<K, List<I>>> windows, Signature<R> body) {
        EventReducePlan<K, R> plan = EventReducePlan.of(body);
        DispatchOptions ofWindows = Args.routed(options, EventReducePlan::firstValue);
        DispatchOptions ofPieces =
                Args.routed(options, EventPiecePlan::firstElement).withOrdered(true);
        EventReduction<K, R> reduction = new EventReduction<>(cluster, ofPieces, ofWindows, plan);
        return windows.inPieces(Reduction.FOLD)
                .map(cut -> this.<I, WindowResult<K, R>>stage(source -> reduction.outcomes(cut.apply(source))))
                .orElseGet(() -> stage(source -> cluster.dispatch(windows.apply(source), plan, ofWindows)));
    }

    private <I, R> Stage<I, List<R>> chunks(Task<R> task, Function<Flux<? extends I>, Flux<? extends List<?>>> cut) {
        return new Stage<>(
                options.name(),
                new Chunking<>(cluster, Args.routed(options, Args::firstOfList), cut, PiecePlan.of(task)));
    }

    private <I, R> Flux<TaskOutcome<R>> dispatch(
            Flux<? extends I> source, Plan<I, R> plan, UnaryOperator<@Nullable Object> seen) {
        return cluster.dispatch(source, plan, Args.routed(options, seen));
    }

    private <I, R> Stage<I, R> stage(Function<Flux<? extends I>, Flux<TaskOutcome<R>>> outcomes) {
        return new Stage<>(options.name(), (source, more) -> outcomes.apply(source));
    }
}
