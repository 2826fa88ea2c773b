package io.broccoli.internal.producer;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.task.TaskOutcome;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/**
 * The operator that sends a stream's elements to nodes: the one that is written by hand. Each subscription is a
 * {@link DispatchStream} of its own; nothing happens before.
 */
public final class FluxDispatch<I, R> extends Flux<TaskOutcome<R>> implements Scannable {

    private final Dispatcher dispatcher;
    private final Publisher<? extends I> source;
    private final Plan<I, R> plan;
    private final DispatchOptions options;
    private final @Nullable Parent parent;
    private final boolean eager;

    /**
     * The operator as Reactor's hooks have it.
     *
     * @param parent of the task that dispatches; null for a member's own
     */
    public static <I, R> Flux<TaskOutcome<R>> of(
            Dispatcher dispatcher,
            Publisher<? extends I> source,
            Plan<I, R> plan,
            DispatchOptions options,
            @Nullable Parent parent) {
        return onAssembly(new FluxDispatch<>(dispatcher, source, plan, options, parent, false));
    }

    /** Of tasks that do not end: elements are taken as far as the window goes, and wait for nodes without being in the way. */
    public static <I, R> Flux<TaskOutcome<R>> ofEndless(
            Dispatcher dispatcher, Publisher<? extends I> source, Plan<I, R> plan, DispatchOptions options) {
        return new FluxDispatch<>(dispatcher, source, plan, options, null, true);
    }

    private FluxDispatch(
            Dispatcher dispatcher,
            Publisher<? extends I> source,
            Plan<I, R> plan,
            DispatchOptions options,
            @Nullable Parent parent,
            boolean eager) {
        this.dispatcher = dispatcher;
        this.source = source;
        this.plan = plan;
        this.options = options;
        this.parent = parent;
        this.eager = eager;
    }

    @Override
    public void subscribe(CoreSubscriber<? super TaskOutcome<R>> actual) {
        dispatcher.stream(plan, options, actual, parent, eager).signals().subscribeTo(source);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return source;
        }
        if (key == Attr.NAME) {
            return options.name();
        }
        if (key == Attr.PREFETCH) {
            return options.window();
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
