package io.broccoli.canvas;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.route.Router;
import io.broccoli.task.BadArgumentsException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs signatures on a cluster: once, as a {@code Mono}, or for each element of a stream, as a {@link Stage} for
 * {@code Flux.transform}. The static methods make signatures, with Celery's words. Immutable; any thread may call any method, and
 * none blocks.
 *
 * <p>Nothing is sent before the subscription. One element holds one slot of the window through all steps and members of its
 * canvas. The first failure of a canvas is its failure, and voids what else of it is under way; so does cancelling.
 */
public final class Canvas {

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
     * A canvas for the sub-tasks of a task that runs on a node; see {@link Cluster#of}. Its publishers are to be a part of what
     * the handler returns.
     *
     * @throws IllegalArgumentException if the context is not that of a task on a node
     */
    public static Canvas on(TaskContext context) {
        return on(Cluster.of(context));
    }

    /** How long an element may take through its whole canvas, from being taken to its outcome; zero: as long as it will. */
    public Canvas withTimeout(Duration timeout) {
        return new Canvas(cluster, options.withTimeout(timeout));
    }

    /** W: how many elements of a stream may be taken and not yet emitted. */
    public Canvas withWindow(int elements) {
        return new Canvas(cluster, options.withWindow(elements));
    }

    /**
     * The item window: how many values of one element may have been asked of its task and not been emitted, where a task gives
     * several ({@link #flatMap}); 32 unless it is given.
     */
    public Canvas withItems(int values) {
        return new Canvas(cluster, options.withItems(values));
    }

    /** Whether tasks that fail are tried again, each by itself: in a chain the step that failed. */
    public Canvas withRetry(RetryPolicy retry) {
        return new Canvas(cluster, options.withRetry(retry));
    }

    /** Whatever else {@link DispatchOptions} have: delivery, hedging, expiry, delay, rate, priority, weight. */
    public Canvas with(UnaryOperator<DispatchOptions> change) {
        return new Canvas(cluster, change.apply(options));
    }

    /** How often a task may be started, as far as nodes that had it are lost. */
    public Canvas withAttempts(int attempts) {
        return new Canvas(cluster, options.withAttempts(attempts));
    }

    /** Results of a stream as they come, instead of in the order of its source. */
    public Canvas unordered() {
        return new Canvas(cluster, options.withOrdered(false));
    }

    /**
     * Which nodes an element may go to, with its whole canvas. The router sees the element (of {@link Args}, a window or a piece:
     * the first value), for a canvas that runs once the first argument of its first call.
     */
    public Canvas routedBy(Router router) {
        return new Canvas(cluster, options.withRouter(router));
    }

    /** A name that shows in messages and metrics. */
    public Canvas named(String name) {
        return new Canvas(cluster, options.withName(name));
    }

    // ---- once

    /**
     * Runs a signature for each subscriber. Empty if the result is null; errors with a {@link io.broccoli.task.TaskException} if
     * something of it fails.
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

    /** Runs a signature for each subscriber; a failure is an outcome too, so it never errors. */
    public <R> Mono<TaskOutcome<R>> outcome(Signature<R> signature) {
        return Mono.defer(() -> {
            CanvasPlan<Object, R> plan;
            try {
                plan = CanvasPlan.of(signature);
            } catch (BadArgumentsException bad) {
                return Mono.just(
                        TaskOutcome.Failure.of(FailureKind.BAD_ARGUMENTS, String.valueOf(bad.getMessage()), ""));
            }
            Object first = plan.firstArgument();
            // One element needs no room for more: many runs may be under way at once.
            return cluster.dispatch(
                            Mono.just(Args.NONE), plan, routed(none -> first).withWindow(1))
                    .single();
        });
    }

    /** Runs a map or starmap and gives each result while others still run; items are taken as nodes have room. */
    public <R> Flux<R> stream(Signature.Each<R> each) {
        List<@Nullable Object> items = each.items();
        return Flux.range(0, items.size())
                .map(index -> new Args(each.spread() ? Args.spread(items.get(index)) : Args.flow(items.get(index))))
                .transform(map(each.task()));
    }

    /** Runs chunks and gives the results of each piece while others still run; pieces are taken as nodes have room. */
    public <R> Flux<List<R>> stream(Signature.Chunks<R> chunks) {
        List<@Nullable Object> items = chunks.items();
        return Flux.range(0, items.size())
                .map(index -> new Args(Args.spread(items.get(index))))
                .transform(chunks(chunks.task(), source -> source.buffer(chunks.size())));
    }

    /** Runs a task that gives several values, for each subscriber: they come as they are asked for. */
    public <R> Flux<R> stream(Signature.Call<R> call) {
        return several(call);
    }

    /** Runs a chain of which the last step gives several values, for each subscriber: they come as they are asked for. */
    public <R> Flux<R> stream(Signature.Chain<R> chain) {
        return several(chain);
    }

    private <R> Flux<R> several(Signature<R> signature) {
        return Flux.defer(() -> {
            CanvasPlan<Object, R> plan = CanvasPlan.ofSeveral(signature);
            Object first = plan.firstArgument();
            Stage<Object, R> stage = stage(source -> cluster.dispatch(source, plan, routed(none -> first)));
            return stage.apply(Flux.just(Args.NONE));
        });
    }

    // ---- as stages of a stream

    /** A task for each element, across nodes; the element is the first argument. */
    public <R> Stage<Object, R> map(Task<R> task) {
        return map(task.s());
    }

    /**
     * A canvas for each element: it flows into the first step of a chain, into each member of a group or header. Element n + 1 may
     * be in the first step while n is in the second; neighbouring steps that one node offers travel as one task.
     *
     * @throws BadArgumentsException if the signature cannot be run: a chain in it is empty, or it is nested too deep
     */
    public <R> Stage<Object, R> map(Signature<R> signature) {
        CanvasPlan<Object, R> plan = CanvasPlan.of(signature);
        DispatchOptions routed = routed(Args::first);
        return stage(source -> cluster.dispatch(source, plan, routed));
    }

    /** A task for each element, of which each value is a result: as {@link #flatMap(Signature)}. */
    public <R> Stage<Object, R> flatMap(Task<R> task) {
        return flatMap(task.s());
    }

    /**
     * A canvas for each element, the last task of which may give several values: a handler's {@code Flux}. Each is a result: in the
     * order of the source all of one element, then those of the next; or as they come ({@link #unordered}). A task that gives one
     * value gives one result.
     *
     * <p>Demand reaches the handler: it is asked for no more than was emitted of its element and the item window ({@link #withItems}),
     * so at most window x item window results are ever held here. A failure comes behind the results before it. If the node is lost
     * in the middle, a replayable task goes on at another one, where it was cut off; any other ends with
     * {@link FailureKind#PARTIAL_RESULT}. The time-out counts from one result to the next, while a result is asked for.
     *
     * @throws BadArgumentsException if the signature cannot be run, as in {@link #map(Signature)}
     */
    public <R> Stage<Object, R> flatMap(Signature<R> signature) {
        CanvasPlan<Object, R> plan = CanvasPlan.ofSeveral(signature);
        DispatchOptions routed = routed(Args::first);
        return stage(source -> cluster.dispatch(source, plan, routed));
    }

    /** A task for each element, which is the list of its arguments. */
    public <R> Stage<List<?>, R> starmap(Task<R> task) {
        CanvasPlan<Object, R> plan = CanvasPlan.of(task.s());
        DispatchOptions routed = routed(Args::first);
        return stage(source -> cluster.dispatch(source.map(Args::new), plan, routed));
    }

    /**
     * Elements in pieces of {@code size}, or of what has come within {@code time} of the first: one task, one message and one
     * credit for a piece, in which the task is called for each element. A failed element fails its piece.
     *
     * @return lists of results; {@link Stage#flat} makes them one stream again
     */
    public <R> Stage<Object, List<R>> chunks(Task<R> task, int size, Duration time) {
        return chunks(task, Window.tumbling(time, size)::cut);
    }

    /** Elements in pieces of {@code size}, however long that takes. */
    public <R> Stage<Object, List<R>> chunks(Task<R> task, int size) {
        return chunks(task, Window.tumbling(size)::cut);
    }

    /** For each window a canvas, into which the list of the window's elements flows. */
    public <R> Stage<Object, R> chord(Window window, Signature<R> body) {
        CanvasPlan<List<?>, R> plan = CanvasPlan.ofWindows(body);
        DispatchOptions routed = routed(Args::firstOfList);
        return stage(source -> cluster.dispatch(window.cut(source), plan, routed));
    }

    /**
     * For each window one result of an associative body, which takes a list and gives what can itself be an item of such a list
     * (a sum, a maximum). Pieces of a window are folded on nodes as they come, then what came of them, always in order: the caller
     * holds at most {@value Reduction#FOLD} elements and as many partial results of a window.
     *
     * <p>A window of time that may have more than that is cut where partial results come out: it lasts its time from the first of
     * them, an element may be a tenth of that late, and only about {@code count} elements close it earlier. A piece that is too large
     * for a node is folded in halves. Routers see the first element of a piece, and the first partial result.
     */
    public <R> Stage<Object, R> reduce(Window window, Signature<R> body) {
        DispatchOptions ordered = routed(Args::firstOfList).withOrdered(true);
        Reduction<R> reduction =
                new Reduction<>(cluster, ordered, routed(LastFoldPlan::firstValue), window, FoldPlan.of(body));
        return stage(reduction::outcomes);
    }

    private <I, R> Stage<I, List<R>> chunks(Task<R> task, Function<Flux<? extends I>, Flux<? extends List<?>>> cut) {
        return new Stage<>(options.name(), new Chunking<>(cluster, routed(Args::firstOfList), cut, PiecePlan.of(task)));
    }

    private <I, R> Stage<I, R> stage(Function<Flux<? extends I>, Flux<TaskOutcome<R>>> outcomes) {
        return new Stage<>(options.name(), (source, more) -> outcomes.apply(source));
    }

    /** A router sees what its user knows, not what a plan makes of it. */
    private DispatchOptions routed(UnaryOperator<@Nullable Object> seen) {
        Router router = options.router();
        return router == Router.leastLoaded()
                ? options
                : options.withRouter(element -> router.route(seen.apply(element)));
    }

    // ---- signatures

    /** Steps of which each gets the result of the one before; run, it fails with BAD_ARGUMENTS if it is empty. */
    public static Signature.Chain<Object> chain(List<? extends Signature<?>> steps) {
        return new Signature.Chain<>(List.copyOf(steps));
    }

    public static <R> Signature.Chain<R> chain(Signature<R> only) {
        return new Signature.Chain<>(List.of(only));
    }

    public static <R> Signature.Chain<R> chain(Signature<?> first, Signature<R> last) {
        return new Signature.Chain<>(List.of(first, last));
    }

    public static <R> Signature.Chain<R> chain(Signature<?> first, Signature<?> second, Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, last));
    }

    public static <R> Signature.Chain<R> chain(
            Signature<?> first, Signature<?> second, Signature<?> third, Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, third, last));
    }

    public static <R> Signature.Chain<R> chain(
            Signature<?> first, Signature<?> second, Signature<?> third, Signature<?> fourth, Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, third, fourth, last));
    }

    public static <R> Signature.Chain<R> chain(
            Signature<?> first,
            Signature<?> second,
            Signature<?> third,
            Signature<?> fourth,
            Signature<?> fifth,
            Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, third, fourth, fifth, last));
    }

    public static <R> Signature.Chain<R> chain(
            Signature<?> first,
            Signature<?> second,
            Signature<?> third,
            Signature<?> fourth,
            Signature<?> fifth,
            Signature<?> sixth,
            Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, third, fourth, fifth, sixth, last));
    }

    public static <R> Signature.Chain<R> chain(
            Signature<?> first,
            Signature<?> second,
            Signature<?> third,
            Signature<?> fourth,
            Signature<?> fifth,
            Signature<?> sixth,
            Signature<?> seventh,
            Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, third, fourth, fifth, sixth, seventh, last));
    }

    /** All members at once; a list of their results. A member that is a group is spliced, and so are its results. */
    @SafeVarargs
    @SuppressWarnings("varargs") // copied at once
    public static <R> Signature.Group<R> group(Signature<? extends R>... members) {
        return new Signature.Group<>(List.of(members));
    }

    /** A group of groups is one group. */
    @SafeVarargs
    @SuppressWarnings("varargs") // copied at once
    public static <R> Signature.Group<R> group(Signature.Group<? extends R>... members) {
        return new Signature.Group<>(List.of(members));
    }

    public static <R> Signature.Group<R> group(List<? extends Signature<? extends R>> members) {
        return new Signature.Group<>(List.copyOf(members));
    }

    public static <R> Signature.Group<R> group(Stream<? extends Signature<? extends R>> members) {
        return group(members.toList());
    }

    /** The body gets the list of the header's results, after all of them succeeded. */
    public static <R> Signature.Chord<R> chord(List<? extends Signature<?>> header, Signature<R> body) {
        return new Signature.Chord<>(List.copyOf(header), body);
    }

    public static <R> Signature.Chord<R> chord(Stream<? extends Signature<?>> header, Signature<R> body) {
        return chord(header.toList(), body);
    }

    public static <R> Signature.Chord<R> chord(Signature.Group<?> header, Signature<R> body) {
        return chord(header.members(), body);
    }

    /** A task for each item. */
    public static <R> Signature.Each<R> map(Task<R> task, List<?> items) {
        return new Signature.Each<>(task, new ArrayList<>(items), false);
    }

    /** A task for each item, which is the list of its arguments. */
    public static <R> Signature.Each<R> starmap(Task<R> task, List<?> items) {
        return new Signature.Each<>(task, new ArrayList<>(items), true);
    }

    /** A task for each {@code size} items, each of which is a list of arguments; a list of lists of results. */
    public static <R> Signature.Chunks<R> chunks(Task<R> task, List<?> items, int size) {
        return new Signature.Chunks<>(task, new ArrayList<>(items), size);
    }

    /** The numbers from one to just below another, as Python has them. */
    public static Stream<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed();
    }
}
