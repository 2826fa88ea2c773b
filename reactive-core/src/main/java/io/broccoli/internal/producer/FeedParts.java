package io.broccoli.internal.producer;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.feed.View;
import io.broccoli.internal.base.Directory;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.view.Fault;
import io.broccoli.internal.view.ViewProgram;
import io.broccoli.route.Route;
import io.broccoli.task.TaskOutcome;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.SynchronousSink;

/**
 * One subscription of a feed: a part for each node that offers it, now and later. Each part is an element of one stream, whose
 * task gives samples without end; a part that ended becomes a new element when its node can be asked again. Belongs to the
 * member's serial executor.
 */
public final class FeedParts<T> implements Plan<FeedPart, Object> {

    private static final long FIRST_PAUSE = TimeUnit.SECONDS.toMillis(1);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toMillis(30);

    private final String feed;
    private final Type type;
    private final FeedOptions options;
    private final Dispatcher dispatcher;
    private final Directory directory;
    private final @Nullable ViewProgram view;
    private final Map<String, FeedPart> parts = new LinkedHashMap<>(); // by node
    private final @Nullable FeedPacing pacing;
    private @Nullable FluxSink<FeedPart> due; // bounded by the nodes that are known: each part waits once

    private FeedParts(String feed, Type type, FeedOptions options, Dispatcher dispatcher, Directory directory) {
        this.feed = feed;
        this.type = type;
        this.options = options;
        this.dispatcher = dispatcher;
        this.directory = directory;
        this.view = options.view().map(FeedParts::program).orElse(null);
        this.pacing = options.pacer()
                .map(pacer ->
                        new FeedPacing(pacer, dispatcher.context().boundary().choices(), dispatcher::execute))
                .orElse(null);
    }

    private static ViewProgram program(View view) {
        try {
            return ViewProgram.read(view.steps());
        } catch (Fault wrong) {
            throw new IllegalStateException(wrong); // it was checked when it was made
        }
    }

    /** Each subscription begins anew. */
    public static <T> Flux<Sample<T>> flux(
            String feed, Type type, FeedOptions options, Dispatcher dispatcher, Directory directory) {
        DispatchOptions endless = DispatchOptions.DEFAULTS
                .withName("feed " + feed)
                .withOrdered(false)
                .withWindow(FeedOptions.MAX_NODES)
                .withItems(options.window())
                .withTimeout(Duration.ZERO)
                .withAttempts(Integer.MAX_VALUE)
                .withRouter(element -> new Route.ToNode(element instanceof FeedPart part ? part.node : ""));
        return Flux.defer(() -> {
            FeedParts<T> parts = new FeedParts<>(feed, type, options, dispatcher, directory);
            return FluxDispatch.ofEndless(dispatcher, Flux.create(parts::look), parts, endless)
                    .handle(parts::emit);
        });
    }

    @Override
    public void begin(FeedPart part, Run run) {
        part.begin(run);
    }

    @Override
    public Type resultType() {
        return Object.class; // parts read what comes by themselves
    }

    // ---- nodes

    private void look(FluxSink<FeedPart> sink) {
        Disposable changes = directory.events().subscribe(event -> dispatcher.execute(this::nodesChanged));
        sink.onDispose(changes);
        dispatcher.execute(() -> {
            due = sink;
            nodesChanged();
        });
    }

    private void nodesChanged() {
        for (NodeInfo node : directory.now()) {
            try {
                if (isWanted(node)) {
                    subscribe(node, null);
                }
            } catch (ForeignFailure failed) {
                subscribe(node, failed);
            }
        }
        parts.values().forEach(part -> {
            if (directory.get(part.node) == null) {
                part.leave();
                if (!part.isUnderWay()) {
                    left(part);
                }
            }
        });
        if (parts.size() > FeedOptions.MAX_NODES) {
            parts.values().removeIf(part -> !part.isUnderWay() && directory.get(part.node) == null);
        }
    }

    private void resume(FeedPart part) {
        part.resume();
        nodesChanged();
    }

    private FeedPart part(String node) {
        String task = Source.TASK_PREFIX + feed;
        FeedItems.Clocks clocks = new FeedItems.Clocks(
                () -> dispatcher.context().timers().now(TimeUnit.MILLISECONDS), () -> dispatcher.wayMillis(node));
        FeedItems items =
                new FeedItems(node, task, type, dispatcher.context().boundary().values(), clocks);
        return new FeedPart(node, task, items, view, options.after().get(node), pacing);
    }

    private boolean isWanted(NodeInfo node) throws ForeignFailure {
        boolean comes = node.state() == NodeState.ACTIVE || node.state() == NodeState.STALLED;
        boolean offers = comes
                && (options.nodes().isEmpty() || options.nodes().contains(node.name()))
                && node.functions().stream().anyMatch(each -> each.name().equals(Source.TASK_PREFIX + feed));
        return offers && dispatcher.context().boundary().choices().isWanted(options.site(), node.site());
    }

    private void subscribe(NodeInfo node, @Nullable ForeignFailure refused) {
        FeedPart part = parts.computeIfAbsent(node.name(), this::part);
        if (due != null && part.isDue(node)) {
            part.begins(node, refused);
            due.next(part);
        }
    }

    // ---- samples

    @SuppressWarnings("unchecked")
    private void emit(TaskOutcome<Object> outcome, SynchronousSink<Sample<T>> out) {
        Throwable thrown = pacing == null ? null : pacing.failed();
        if (outcome instanceof TaskOutcome.Failure<Object> failure) {
            ended(failure, out);
        } else if (thrown != null) {
            out.error(thrown);
        } else if (((TaskOutcome.Success<Object>) outcome).value() instanceof Sample<?> sample) {
            FeedPart part = parts.get(sample.node());
            if (part != null) {
                part.emitted(sample);
            }
            if (!sample.isMark() || options.marks()) {
                out.next((Sample<T>) sample);
            } else if (part != null) {
                part.givesNothing();
            }
        }
    }

    private void ended(TaskOutcome.Failure<Object> why, SynchronousSink<Sample<T>> out) {
        FeedPart part = parts.get(why.node());
        boolean tells = part != null && part.ended(why);
        if (part != null) {
            stopped(part, tells);
        }
        Throwable thrown = pacing == null ? null : pacing.failed();
        if (thrown != null) {
            out.error(thrown);
        } else if (part == null) {
            out.error(why.toException());
        } else if (!tells) {
            dispatcher.execute(this::nodesChanged);
        } else {
            BiConsumer<String, Throwable> observer = options.observer().orElse(null);
            if (observer == null) {
                out.error(why.toException());
                return;
            }
            long pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(10, part.pause() - 1));
            dispatcher
                    .context()
                    .timers()
                    .schedule(() -> dispatcher.execute(() -> resume(part)), pause, TimeUnit.MILLISECONDS);
            Throwable rude = dispatcher.context().boundary().choices().observe(observer, part.node, why.toException());
            if (rude != null) {
                out.error(rude);
            }
        }
    }

    // ---- its pacer

    /**
     * A part ended, with all its samples emitted.
     *
     * @param failed its source failed: it may be long before it is tried again
     */
    private void stopped(FeedPart part, boolean failed) {
        if (pacing == null) {
            return;
        }
        NodeInfo node = directory.get(part.node);
        if (node != null && !failed && !part.isCompleted() && gives(node)) {
            pacing.stopped(part.node);
        } else {
            left(part);
        }
    }

    private boolean gives(NodeInfo node) {
        try {
            return isWanted(node);
        } catch (ForeignFailure refused) { // told where its part begins
            return false;
        }
    }

    private void left(FeedPart part) {
        if (pacing != null) {
            pacing.left(part.node);
        }
    }
}
