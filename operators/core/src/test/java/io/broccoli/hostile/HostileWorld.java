package io.broccoli.hostile;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.NodeState;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Two nodes and a client in virtual time, with hostile acts, and streams beside them that must not notice. A seed plays a world
 * again, exactly.
 */
final class HostileWorld {

    static final int WORKERS = 3;
    static final int QUEUE = 5;

    private static final long BEGINNING = 5 * VirtualTime.SECOND;
    private static final long LONGEST = 30 * VirtualTime.SECOND;
    private static final long REST = 12 * VirtualTime.SECOND; // more than a lease
    private static final int MOST_EVENTS = 100_000; // a world has some thousands

    private final Where where;
    private final VirtualTime time = new VirtualTime();
    private final Lockstep threads = new Lockstep();
    private final Scheduler elsewhere;
    private final Rig rig;
    private final Random random;
    private final List<Act> acts = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<MonoSink<Object>> held = new ArrayList<>();
    private final Beside beside = new Beside();
    private int afterwards; // what ended tasks began, and was not told of

    HostileWorld(long seed, List<Cell> cells) {
        random = new Random(seed * 0x9e3779b97f4a7c15L); // neighbouring seeds of a Random begin alike: these do not
        where = cells.get(0).where();
        boolean foreign = where == Where.FOREIGN;
        elsewhere = scheduler(foreign ? VirtualScheduler.Mode.THREAD : VirtualScheduler.Mode.EVENT);
        boolean threaded = foreign || cells.stream().anyMatch(Cell::blocks);
        rig = new Rig(
                time,
                scheduler(
                        where == Where.CALLER
                                ? VirtualScheduler.Mode.AT_ONCE
                                : threaded ? VirtualScheduler.Mode.THREAD : VirtualScheduler.Mode.EVENT));
        for (Cell cell : cells) {
            acts.add(new Act(acts.size(), cell, this, random));
        }
    }

    private VirtualScheduler scheduler(VirtualScheduler.Mode mode) {
        return new VirtualScheduler(time, mode, threads);
    }

    // ---- as its parts see it

    Rig rig() {
        return rig;
    }

    List<Act> acts() {
        return acts;
    }

    Act act(@Nullable Object id) {
        return acts.get((Integer) Objects.requireNonNull(id));
    }

    /** Users' own. */
    Scheduler elsewhere() {
        return elsewhere;
    }

    void elsewhere(long millis, Runnable action) {
        elsewhere.schedule(action, millis, TimeUnit.MILLISECONDS);
    }

    void block(long millis) {
        Thread blocked = Thread.currentThread();
        if (millis < Long.MAX_VALUE) {
            time.after(millis * VirtualTime.MILLI, () -> threads.release(blocked));
        }
        Lockstep.park();
    }

    /** Begun by a task that has ended: it is told so. */
    void afterwards(Mono<TaskOutcome<Object>> begun) {
        afterwards++;
        begun.subscribe(
                outcome -> afterwards -= outcome instanceof TaskOutcome.Failure<?> failure ? closed(failure) : 0,
                failed -> afterwards -= failed instanceof TaskException ended ? closed(ended.failure()) : 0);
    }

    private static int closed(TaskOutcome.Failure<?> failure) {
        return failure.kind() == FailureKind.CLOSED ? 1 : 0;
    }

    /** A task that goes on when the world says so. */
    Mono<Object> held(@Nullable Object value) {
        return Mono.<Object>create(held::add).map(opened -> Objects.requireNonNull(value));
    }

    // ---- what happens

    /** @return what is wrong, or nothing */
    String run() {
        Overseer overseer = new Overseer(error -> acts.stream().anyMatch(act -> act.threw(error)));
        try {
            play(overseer);
        } catch (Throwable thrown) {
            overseer.complain("the world itself was hit: " + Verdict.safe(thrown));
            Arrays.stream(thrown.getStackTrace()).limit(8).forEach(line -> overseer.complain("    at " + line));
        } finally {
            threads.close();
            overseer.close();
        }
        return String.join("\n", overseer.complaints());
    }

    private void play(Overseer overseer) {
        acts.forEach(rig::arrange);
        MemoryNetwork network = new MemoryNetwork(
                scheduler(VirtualScheduler.Mode.EVENT), FaultPlan.NONE.withDelay(Duration.ofMillis(1)));
        NodeOptions size = NodeOptions.DEFAULTS.withQueue(QUEUE).withWorkers(WORKERS);
        for (String name : List.of("n0", "n1")) {
            nodes.add(Members.start(
                    options(network, name),
                    size.withWorkerScheduler(rig.workers(name)),
                    new RudeTasks(this).registry(name)));
        }
        Cluster client = Members.connect(options(network, "client"));
        if (!until(() -> knowsAll(client) && knowsAll(nodes.get(0).cluster()), BEGINNING)) {
            overseer.complain("the members did not find each other");
            return;
        }
        beside.begin(client, scheduler(VirtualScheduler.Mode.EVENT));
        for (Act act : acts) {
            Cluster cluster = where == Where.WORKER ? nodes.get(0).cluster() : client;
            elsewhere(random.nextInt(1_000), () -> act.begin(cluster));
        }
        if (!until(() -> beside.isOver() && acts.stream().allMatch(Act::isOver), LONGEST)) {
            overseer.complain("not all has ended after " + time.now() / VirtualTime.SECOND + " s");
        }
        beside.leave();
        threads.releaseAll();
        pass(REST);
        acts.stream().map(Act::complaint).filter(text -> !text.isEmpty()).forEach(overseer::complain);
        beside.complaints(nodes.size()).forEach(overseer::complain);
        if (afterwards > 0) {
            overseer.complain(afterwards + " times what a task began after its end did not fail with CLOSED");
        }
        Remains remains = new Remains(this, client, nodes);
        remains.complaints().forEach(overseer::complain);
        time.escaped().stream()
                .filter(thrown -> acts.stream().noneMatch(act -> act.threw(thrown)))
                .forEach(thrown -> overseer.complain("a scheduler's thread was hit: " + Verdict.safe(thrown)));
    }

    private ClusterOptions options(MemoryNetwork network, String member) {
        return ClusterOptions.of("memory:hostile")
                .withTransport(network)
                .withMember(member)
                .withTime(rig.of(member), rig.of(member));
    }

    private boolean knowsAll(Cluster cluster) {
        return cluster.nodes().stream()
                        .filter(node -> node.state() == NodeState.ACTIVE)
                        .count()
                == nodes.size();
    }

    /** Lets time pass until something is so, or it is too late. */
    boolean until(BooleanSupplier condition, long most) {
        long end = time.now() + most;
        while (!condition.getAsBoolean()) {
            if (time.isIdle() || time.now() > end || time.events() > MOST_EVENTS) {
                return false;
            }
            time.step();
        }
        return true;
    }

    void pass(long nanos) {
        boolean[] over = {false};
        time.after(nanos, () -> over[0] = true);
        until(() -> over[0], nanos);
    }

    /** Lets all tasks that are held go on. */
    void open() {
        List<MonoSink<Object>> all = List.copyOf(held);
        held.clear();
        all.forEach(sink -> sink.success(0));
    }

    int heldNow() {
        return held.size();
    }
}
