package io.broccoli.internal.member;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A cluster in virtual time, on one thread: real members over the in-memory network. */
public final class World implements AutoCloseable {

    /** Not by way of a service: so a mutated one makes mutated members. */
    private static final MemberFactory MEMBERS = new MemberFactory();

    static final NodeOptions SMALL = NodeOptions.DEFAULTS.withQueue(6).withWorkers(2);

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final long clockStart; // what the clocks of members show when time begins
    final MemoryNetwork network;
    final List<AutoCloseable> members = new ArrayList<>();
    int started; // tasks that ran "slow"

    World() {
        this(FaultPlan.NONE.withDelay(Duration.ofMillis(1)));
    }

    World(FaultPlan plan) {
        this(plan, 0);
    }

    World(FaultPlan plan, long clockStart) {
        this.clockStart = clockStart;
        network = new MemoryNetwork(time, plan);
    }

    ClusterOptions options(String member) {
        return ClusterOptions.of("memory:world")
                .withMember(member)
                .withTransport(network)
                .withTime(time, () -> clockStart + time.now(TimeUnit.NANOSECONDS));
    }

    Node node(String name) {
        return node(name, SMALL);
    }

    Node node(String name, NodeOptions options) {
        return node(name, options, tasks());
    }

    Node node(String name, NodeOptions options, TaskRegistry tasks) {
        Scheduler workers = options.workerScheduler().orElse(time);
        Node node = MEMBERS.start(options(name), options.withWorkerScheduler(workers), tasks);
        members.add(node);
        return node;
    }

    Cluster connect(String name) {
        return MEMBERS.connect(options(name));
    }

    /** A client with a clock of its own, which ends with the world. */
    Cluster connect(String name, LongSupplier clock) {
        Cluster client = MEMBERS.connect(options(name).withTime(time, clock));
        members.add(client);
        return client;
    }

    /** A client that knows of this many active nodes. */
    public Cluster client(int nodes) {
        Cluster client = connect("client" + members.size());
        members.add(client);
        await(() -> active(client) == nodes, Duration.ofSeconds(5));
        return client;
    }

    static long active(Cluster cluster) {
        return cluster.nodes().stream()
                .map(NodeInfo::state)
                .filter(NodeState.ACTIVE::equals)
                .count();
    }

    /** add, slow (10 ms), never, text. */
    TaskRegistry tasks() {
        return TaskRegistry.builder()
                .task("add", "x", Integer.class, "y", Integer.class, Integer::sum)
                .task("slow", "x", Integer.class, x -> {
                    started++;
                    return Mono.delay(Duration.ofMillis(10), time).thenReturn(x);
                })
                .task("never", "x", Integer.class, x -> Mono.never())
                .task("text", "size", Integer.class, size -> "x".repeat(size))
                .task("fail", "message", String.class, message -> {
                    throw new IllegalStateException(message);
                })
                .build();
    }

    public void advance(Duration by) {
        time.advanceTimeBy(by);
    }

    /** In one step each task that ends would start the next only at its end. */
    void advanceInSteps(Duration by) {
        for (long i = 0; i < by.toMillis(); i++) {
            advance(Duration.ofMillis(1));
        }
    }

    /** Lets time pass until something is so. */
    void await(BooleanSupplier condition, Duration most) {
        for (long waited = 0; !condition.getAsBoolean(); waited++) {
            if (waited > most.toMillis()) {
                throw new AssertionError("not so after " + most);
            }
            advance(Duration.ofMillis(1));
        }
    }

    @Override
    public void close() throws Exception {
        Hooks.onErrorDropped(World::dropped);
        try {
            for (AutoCloseable member : members) {
                member.close();
            }
        } finally {
            Hooks.resetOnErrorDropped();
        }
    }

    /** Streams that a test left open end with their member, and most are listened to by nobody. */
    private static void dropped(Throwable error) {
        if (!String.valueOf(error.getMessage()).contains("The member was closed")) {
            throw new AssertionError("an error was dropped", error);
        }
    }
}
