package io.broccoli.dispatch;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.ClusterStats;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.credit.Timing;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.network.Networks;
import io.broccoli.node.NodeOptions;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.spi.Transport;
import io.broccoli.spi.VersionMismatchException;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * One member of the cluster: takes what the transport brings, decodes it, and hands it to the {@link Dispatcher} (its side as
 * a producer) or to the {@link NodeRuntime} (its side as a node, if it is one).
 */
final class Member implements Cluster, Transport.Receiver {

    private static final Logger LOG = Loggers.getLogger(Member.class);

    private static final int MAX_REFUSED_PEERS = 256;
    private static final long REFUSE_AGAIN = TimeUnit.SECONDS.toNanos(10);
    private static final Duration HELLO_AFTER = Duration.ofMillis(500);

    /** Good-byes must be sent within this, so that {@link #close} can keep its own bound. */
    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(1);

    private final ClusterOptions options;
    private final List<URI> uris;
    private final FrameCodec codec;
    private final Transport transport;
    private final SerialExecutor loop;
    private final Wire wire;
    private final Directory directory;
    private final Dispatcher dispatcher;
    private final @Nullable NodeRuntime node;
    private final Snapshot<ClusterStats> stats;
    private final Waiting waiting = new Waiting();
    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean isAsked =
            new AtomicBoolean(); // to announce itself; by however many, it is answered once
    private final AtomicBoolean missesNews = new AtomicBoolean();
    private final Map<String, Long> refused =
            new LinkedHashMap<>(); // peers of another version, and when they were told

    private long epoch;
    private byte[] announced = {};
    private long framesIn;
    private long bytesIn;
    private boolean closed;

    Member(
            ClusterOptions options,
            FrameCodec codec,
            PayloadCodec payloads,
            Transport transport,
            long epoch,
            @Nullable NodeOptions nodeOptions,
            TaskRegistry tasks,
            @Nullable Scheduler workers,
            Scheduler sources) {
        this.options = options;
        this.uris = Networks.of(options.uri());
        this.codec = codec;
        this.transport = transport;
        this.epoch = epoch;
        this.loop = new SerialExecutor(options.scheduler(), this::settle);
        this.wire = new Wire(transport, codec, loop);
        this.directory = new Directory(options.scheduler());
        this.dispatcher = new Dispatcher(
                loop, options, payloads, wire, epoch, this::sayHello, directory::changed, directory::situation);
        this.node = nodeOptions == null || workers == null
                ? null
                : new NodeRuntime(
                        options.member(),
                        nodeOptions,
                        tasks,
                        loop,
                        options.scheduler(),
                        options.nanoTime(),
                        payloads,
                        wire,
                        options.maxBatch(),
                        workers,
                        sources,
                        epoch,
                        this,
                        dispatcher);
        this.stats = new Snapshot<>(loop, this::figures);
    }

    void start() {
        transport.start(node == null ? null : codec.encode(node.status(MemberState.GONE), false), this);
    }

    @Nullable NodeRuntime node() {
        return node;
    }

    SerialExecutor loop() {
        return loop;
    }

    private void settle() {
        dispatcher.settle();
        if (node != null) {
            node.settle();
        }
    }

    // ---- what the transport brings, on its thread

    @Override
    public void frame(String from, byte[] bytes) {
        if (!mayWait(bytes)) {
            return;
        }
        Frame frame;
        try {
            frame = codec.decode(bytes);
        } catch (MalformedFrameException malformed) {
            loop.execute(() -> {
                waiting.leave(bytes.length);
                refuse(from, malformed);
            });
            return;
        }
        loop.execute(() -> {
            count(bytes);
            receive(from, frame);
        });
    }

    private boolean mayWait(byte[] bytes) {
        boolean may = waiting.enter(bytes.length);
        if (!may) {
            dropped.increment();
        }
        return may;
    }

    private void count(byte[] bytes) {
        waiting.leave(bytes.length);
        framesIn++;
        bytesIn += bytes.length;
    }

    @Override
    public boolean isFull() {
        return waiting.isFull();
    }

    @Override
    public void presence(String member, byte[] bytes) {
        if (mayWait(bytes)) {
            loop.execute(() -> {
                count(bytes);
                present(member, bytes);
            });
        } else {
            once(missesNews, this::sayHello); // it is told again
        }
    }

    @Override
    public void hello() {
        once(isAsked, this::announce);
    }

    /** However often it is wanted before it is done. */
    private void once(AtomicBoolean wanted, Runnable action) {
        if (wanted.compareAndSet(false, true)) {
            loop.execute(() -> {
                wanted.set(false);
                action.run();
            });
        }
    }

    @Override
    public void connected() {
        loop.execute(() -> {
            directory.connected();
            announce();
            dispatcher.links().connected();
            options.scheduler()
                    .schedule(() -> loop.execute(this::helloIfAlone), HELLO_AFTER.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    @Override
    public void disconnected(Throwable cause) {
        loop.execute(() -> directory.disconnected(cause));
    }

    /** What was asked there is asked again at once, another way. */
    @Override
    public void networkLost(Throwable cause) {
        LOG.warn("{} goes on over its other networks: {}", name(), cause.toString());
        loop.execute(dispatcher.links()::connected);
    }

    // ---- on the executor

    private void receive(String from, Frame frame) {
        long now = options.nanoTime().getAsLong();
        if (frame instanceof Frame.ToProducer answer) {
            int free = answer instanceof Frame.Results results
                    ? results.free()
                    : answer instanceof Frame.Grant grant ? grant.free() : -1;
            if (free >= 0) {
                directory.free(from, free);
            }
            dispatcher.links().frame(from, answer, now);
        } else if (frame instanceof Frame.ToNode request) {
            if (node != null && !closed) {
                node.frame(from, request, now);
            }
        } else if (frame instanceof Frame.Bye bye) {
            left(from, bye.epoch());
        }
    }

    private void present(String member, byte[] bytes) {
        if (bytes.length == 0) {
            if (!member.equals(name())) {
                vanished(member);
            }
            return;
        }
        try {
            if (codec.decode(bytes) instanceof Frame.Status status
                    && status.member().equals(member)) {
                if (member.equals(name())) {
                    myself(status, bytes);
                } else {
                    node(status);
                }
                return;
            }
            refuse(member, new MalformedFrameException("no STATUS of this member"));
        } catch (MalformedFrameException malformed) {
            if (malformed instanceof VersionMismatchException) {
                dispatcher.links().nodeGone(member);
                if (directory.get(member) != null || directory.nodes().size() < Links.MOST_NODES) {
                    directory.changed(NodeInfo.incompatible(member));
                }
            }
            refuse(member, malformed);
        }
    }

    private void node(Frame.Status status) {
        NodeInfo known = directory.get(status.member());
        if (known != null && status.bootEpoch() < known.bootEpoch()) {
            return; // the will of a former life
        }
        if (status.state() == MemberState.GONE) {
            vanished(status.member());
            return;
        }
        if (!dispatcher.links().hasRoom(status.member())) {
            refuse(status.member(), new IllegalStateException("it knows " + Links.MOST_NODES + " nodes, the most"));
            return;
        }
        NodeInfo info = NodeInfo.of(status);
        directory.changed(dispatcher.links().nodeChanged(info, status.features()));
    }

    /** A member said good-bye, unless that was in a life before the one that is known. */
    private void left(String member, long epochThen) {
        if (node != null) {
            node.bye(member, epochThen);
        }
        NodeInfo known = directory.get(member);
        if (known != null && epochThen >= known.bootEpoch()) {
            vanished(member);
        }
    }

    private void vanished(String member) {
        directory.gone(member);
        dispatcher.links().nodeGone(member);
    }

    /** A presence under this member's own name: what it announced itself, or what is kept of a former life. */
    private void myself(Frame.Status status, byte[] bytes) {
        if (node == null || closed || Arrays.equals(bytes, announced) || status.bootEpoch() < epoch) {
            return;
        }
        if (status.bootEpoch() >= Timing.MOST_EPOCH) {
            refuse(name(), new MalformedFrameException("no life of a member has the number " + status.bootEpoch()));
            return;
        }
        if (status.bootEpoch() > epoch || status.state() == MemberState.GONE) {
            epoch = status.bootEpoch() + 1;
            node.restart(epoch);
            dispatcher.links().restart(epoch);
            announce();
        }
    }

    /** Tells all others what this node is. */
    private void announce() {
        if (node != null && !closed) {
            announced = codec.encode(node.status(node.state()), false);
            Frame.Status mine = node.status(node.state());
            directory.changed(NodeInfo.of(mine));
            dispatcher.links().nodeChanged(NodeInfo.of(mine), mine.features());
            transport.announce(announced).subscribe(nothing -> {}, failed -> LOG.debug("{}", failed.toString()));
        }
    }

    private void sayHello() {
        transport.hello().subscribe(nothing -> {}, failed -> LOG.debug("{}", failed.toString()));
    }

    private void helloIfAlone() {
        if (!closed && directory.nodes().isEmpty()) {
            sayHello();
        }
    }

    /** Says no to what cannot be taken: here in the log, and to another version by a NACK, each once in a while. */
    private void refuse(String from, RuntimeException why) {
        dropped.increment();
        long now = options.nanoTime().getAsLong();
        Long last = refused.get(from);
        if (last != null && now - last < REFUSE_AGAIN || last == null && refused.size() >= MAX_REFUSED_PEERS) {
            return;
        }
        refused.put(from, now);
        LOG.warn("{} refuses what {} sent: {}", name(), from, String.valueOf(why.getMessage()));
        if (why instanceof VersionMismatchException) {
            dispatcher.links().nodeGone(from);
            wire.control(from, new Frame.Nack(0, 0, 0, Frame.Refusal.VERSION, Frame.VERSION));
        }
    }

    // ---- from any thread

    @Override
    public String name() {
        return options.member();
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
        return Arrays.stream(transport.networksOf(node)).mapToObj(uris::get).toList();
    }

    @Override
    public Flux<ClusterEvent> events() {
        return directory.events();
    }

    @Override
    public Mono<List<NodeInfo>> awaitNodes(Predicate<List<NodeInfo>> condition, Duration timeout) {
        return directory.await(condition, timeout);
    }

    @Override
    public <I, R> Flux<TaskOutcome<R>> dispatch(
            Publisher<? extends I> source, Plan<I, R> plan, DispatchOptions dispatchOptions) {
        return dispatcher.dispatch(source, plan, dispatchOptions);
    }

    @Override
    public <T> Flux<Sample<T>> feed(String feed, Class<T> type, FeedOptions feedOptions) {
        return FeedParts.flux(feed, type, feedOptions, dispatcher, directory, options.scheduler());
    }

    @Override
    public Mono<List<TaskInFlight>> inFlight() {
        return ask(dispatcher::inFlight);
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
                framesIn,
                bytesIn,
                dropped.sum() + wire.dropped(),
                links.launched(),
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
            if (!closed) {
                dispatcher.close();
                dispatcher.links().bye(epoch);
                closed = true;
                if (node != null) {
                    node.close();
                }
                directory.close();
            }
        });
    }

    /** Ends the connection when what is to be said was sent, or could not be in time. */
    Mono<Void> disconnect() {
        return wire.flush()
                .timeout(LONGEST_FAREWELL, Mono.empty(), options.scheduler())
                .then(Mono.defer(() -> transport.close(node != null)));
    }

    /** Works something out on the executor, for each subscriber. */
    <T> Mono<T> ask(Supplier<T> question) {
        return Mono.create(answer -> loop.execute(() -> answer.success(question.get())));
    }

    /** Changes what this node offers, and tells all others. */
    Mono<Void> offer(String module, String version, TaskRegistry tasks) {
        return Mono.create(answer -> loop.execute(() -> {
            if (node == null || closed) {
                answer.error(new IllegalStateException("the node " + name() + " was closed"));
                return;
            }
            try {
                node.offer(module, version, tasks, status -> codec.encode(status, false).length <= wire.maxFrame());
            } catch (IllegalArgumentException impossible) {
                answer.error(impossible);
                return;
            }
            announce();
            answer.success();
        }));
    }

    void announceAgain() {
        loop.execute(this::announce);
    }

    @Override
    public void close() {
        leave();
        Closing.await(disconnect());
    }
}
