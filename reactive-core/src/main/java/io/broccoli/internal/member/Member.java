package io.broccoli.internal.member;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.ClusterStats;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.StreamInfo;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.internal.base.Closing;
import io.broccoli.internal.base.Directory;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.base.SerialExecutor;
import io.broccoli.internal.base.Snapshot;
import io.broccoli.internal.base.Wire;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.Carrier;
import io.broccoli.internal.boundary.Clock;
import io.broccoli.internal.boundary.Guarded;
import io.broccoli.internal.boundary.Timers;
import io.broccoli.internal.nested.Nesting;
import io.broccoli.internal.node.NodeRuntime;
import io.broccoli.internal.node.SubTasks;
import io.broccoli.internal.producer.Dispatcher;
import io.broccoli.internal.producer.FeedParts;
import io.broccoli.internal.producer.Links;
import io.broccoli.node.NodeOptions;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.spi.Transport;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * One member of the cluster: its side as a producer, the {@link Dispatcher}, and its side as a node, if it is one, the
 * {@link NodeRuntime}. The {@link Inbox} brings them what comes, {@link Attendance} tells them who is there.
 */
public final class Member implements Cluster {

    private static final Logger LOG = Loggers.getLogger(Member.class);

    /** Good-byes must be sent within this, so that {@link #close} can keep its own bound. */
    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(1);

    /** How long outcomes may take to go out before a member leaves that an error of the VM has hit. */
    private static final Duration LAST_WORDS = Duration.ofMillis(100);

    private final Services services;
    private final String clusterName;
    private final Timers timers;
    private final SerialExecutor loop;
    private final MemberContext context;
    private final Wire wire;
    private final Carrier carrier;
    private final Directory directory;
    private final Dispatcher dispatcher;
    private final @Nullable NodeRuntime node;
    private final Attendance attendance;
    private final Inbox inbox;
    private final Snapshot<ClusterStats> stats;

    /**
     * What its factory found for it.
     *
     * @param uris of its networks
     */
    record Services(FrameCodec frames, PayloadCodec payloads, Transport transport, List<URI> uris) {}

    /**
     * What makes it a node.
     *
     * @param workers for handlers
     * @param sources for the publishers of feeds
     */
    record NodePart(NodeOptions options, TaskRegistry tasks, Scheduler workers, Scheduler sources) {}

    Member(ClusterOptions options, Services services, long epoch, @Nullable NodePart nodePart) {
        this.services = services;
        this.clusterName = options.cluster();
        this.timers = new Timers(options.scheduler());
        this.loop = new SerialExecutor(timers, this::settle);
        Boundary boundary = Boundary.of(services.payloads(), this::vmFailed);
        this.carrier = new Carrier(services.transport(), boundary.guard());
        Clock clock = new Clock(options.nanoTime());
        this.wire = new Wire(carrier, services.frames(), loop, clock);
        this.directory = new Directory(timers, boundary);
        this.context = new MemberContext(options.member(), loop, timers, clock, boundary, wire, options.maxBatch());
        this.dispatcher = new Dispatcher(context, options, epoch, directory, carrier::hello);
        this.node = nodePart == null
                ? null
                : new NodeRuntime(
                        context,
                        nodePart.options(),
                        nodePart.tasks(),
                        nodePart.workers(),
                        nodePart.sources(),
                        epoch,
                        new Owner(nodePart.options().capacity()));
        this.attendance = new Attendance(context, services.frames(), carrier, directory, dispatcher, node, epoch);
        this.inbox = new Inbox(context, services.frames(), carrier, directory, attendance, dispatcher, node);
        this.stats = new Snapshot<>(loop, this::figures);
    }

    /** This member as its node knows it. */
    private final class Owner implements NodeRuntime.Owner {
        private final int capacity;

        Owner(int capacity) {
            this.capacity = capacity;
        }

        @Override
        public SubTasks.Host subTasks(NodeRuntime runtime) {
            return new Nesting(Member.this, dispatcher, runtime, capacity);
        }

        @Override
        public void announce() {
            attendance.announce();
        }
    }

    /** @throws IllegalArgumentException if it is a node that is too large to be announced */
    void start() {
        byte[] will = attendance.will();
        if (will != null && will.length > wire.maxFrame()) {
            throw new IllegalArgumentException("the node " + name() + " is too large to be announced: its tasks take "
                    + will.length + " bytes, and the network carries " + wire.maxFrame() + "; offer fewer tasks");
        }
        services.transport().start(will, inbox);
    }

    /** What takes what the transport brings. */
    Inbox inbox() {
        return inbox;
    }

    @Nullable NodeRuntime node() {
        return node;
    }

    public SerialExecutor loop() {
        return loop;
    }

    private void settle() {
        dispatcher.settle();
        if (node != null) {
            node.settle();
        }
        directory.settle();
    }

    // ---- from any thread

    @Override
    public String name() {
        return context.member();
    }

    @Override
    public String clusterName() {
        return clusterName;
    }

    @Override
    public List<NodeInfo> nodes() {
        return directory.nodes();
    }

    @Override
    public List<URI> networks(String node) {
        if (nodes().stream().noneMatch(each -> each.name().equals(node))) {
            return List.of();
        }
        return Arrays.stream(carrier.networksOf(node))
                .mapToObj(services.uris()::get)
                .toList();
    }

    @Override
    public Flux<ClusterEvent> events() {
        return directory.events();
    }

    @Override
    public Mono<List<NodeInfo>> awaitNodes(Predicate<List<NodeInfo>> condition, Duration timeout) {
        return Mono.using(attendance::askAgain, asking -> directory.await(condition, timeout), Disposable::dispose);
    }

    @Override
    public <I, R> Flux<TaskOutcome<R>> dispatch(
            Publisher<? extends I> source, Plan<I, R> plan, DispatchOptions dispatchOptions) {
        return dispatcher.dispatch(source, plan, dispatchOptions);
    }

    @Override
    public <T> Flux<Sample<T>> feed(String feed, Class<T> type, FeedOptions feedOptions) {
        return FeedParts.flux(feed, type, feedOptions, dispatcher, directory);
    }

    @Override
    public Mono<List<TaskInFlight>> inFlight() {
        return ask(dispatcher::inFlight);
    }

    @Override
    public Mono<List<StreamInfo>> streams() {
        return ask(dispatcher::streams);
    }

    @Override
    public Mono<Duration> roundTrip(String node, Duration timeout) {
        return guarded(dispatcher.probes().roundTrip(node, timeout));
    }

    @Override
    public ClusterStats stats() {
        return stats.get();
    }

    private ClusterStats figures() {
        Links links = dispatcher.links();
        return new ClusterStats(
                wire.frames(),
                wire.bytes(),
                inbox.frames(),
                inbox.bytes(),
                inbox.dropped() + wire.dropped(),
                dispatcher.launched(),
                links.resent(),
                links.late(),
                links.inFlight(),
                dispatcher.pending(),
                dispatcher.unread(),
                dispatcher.waits(),
                links.stats());
    }

    /** Says good-bye to the nodes and ends all streams; the rest is up to {@link #disconnect}. */
    void leave() {
        loop.execute(() -> {
            if (!attendance.isClosed()) {
                dispatcher.close();
                attendance.leave();
                if (node != null) {
                    node.close();
                }
            }
        });
    }

    /** After an error of the VM nothing of this member can be relied on. What it has to say of the element goes out before. */
    private void vmFailed(String error) {
        LOG.error("{}: {} is an error of the VM. The member leaves; restart its process.", name(), error);
        timers.schedule(
                () -> {
                    leave();
                    disconnect().subscribe();
                },
                LAST_WORDS.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Ends the connection when what is to be said was sent, or could not be in time. */
    Mono<Void> disconnect() {
        return wire.flush()
                .timeout(LONGEST_FAREWELL, Mono.empty(), timers)
                .then(Mono.defer(() -> carrier.close(node != null)));
    }

    /** Works something out on the executor, for each subscriber. */
    <T> Mono<T> ask(Supplier<T> question) {
        return guarded(Mono.create(answer -> loop.execute(() -> answer.success(question.get()))));
    }

    /** What users' operators throw harms nobody else. */
    <T> Mono<T> guarded(Mono<T> answer) {
        return Guarded.mono(answer, context.boundary().guard());
    }

    /** Changes what this node offers, and tells all others. */
    Mono<Void> offer(String module, String version, TaskRegistry tasks) {
        Mono<Void> offered = Mono.create(answer -> loop.execute(() -> {
            if (node == null || attendance.isClosed()) {
                answer.error(new IllegalStateException("the node " + name() + " was closed"));
                return;
            }
            try {
                node.offer(
                        module,
                        version,
                        tasks,
                        status -> services.frames().encode(status, false).length <= wire.maxFrame());
            } catch (IllegalArgumentException impossible) {
                answer.error(impossible);
                return;
            }
            attendance.announce();
            answer.success();
        }));
        return guarded(offered);
    }

    void announceAgain() {
        loop.execute(attendance::announce);
    }

    @Override
    public void close() {
        Closing.refuseToBlock(name(), loop);
        leave();
        Closing.await(disconnect());
    }
}
