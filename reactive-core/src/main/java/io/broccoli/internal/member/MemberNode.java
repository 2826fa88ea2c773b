package io.broccoli.internal.member;

import io.broccoli.cluster.Cluster;
import io.broccoli.internal.base.Closing;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.base.Snapshot;
import io.broccoli.internal.node.NodeRuntime;
import io.broccoli.node.DrainReport;
import io.broccoli.node.Node;
import io.broccoli.node.NodeStats;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A member as its owner sees it, where it is a node. */
final class MemberNode implements Node {

    private static final Duration DRAIN_CHECK = Duration.ofMillis(20);

    private final Member member;
    private final NodeRuntime runtime;
    private final Scheduler scheduler;
    private final Runnable disposeWorkers;
    private final Snapshot<NodeStats> stats;

    MemberNode(Member member, NodeRuntime runtime, Scheduler scheduler, Runnable disposeWorkers) {
        this.member = member;
        this.runtime = runtime;
        this.scheduler = scheduler;
        this.disposeWorkers = disposeWorkers;
        this.stats = new Snapshot<>(member.loop(), runtime::stats);
    }

    @Override
    public String name() {
        return member.name();
    }

    @Override
    public Cluster cluster() {
        return member;
    }

    @Override
    public NodeStats stats() {
        return stats.get();
    }

    @Override
    public Mono<Void> offer(String module, String version, TaskRegistry tasks) {
        return member.offer(module, version, tasks);
    }

    @Override
    public Mono<DrainReport> drain(Duration timeout) {
        Mono<DrainReport> done = Mono.fromRunnable(() -> {
                    member.loop().execute(runtime::drain);
                    member.announceAgain();
                })
                .thenMany(Flux.interval(DRAIN_CHECK, scheduler)
                        .onBackpressureLatest()
                        .concatMap(tick -> member.ask(runtime::drainReport), 1))
                .filter(now -> now.stillRunning() == 0)
                .next();
        return member.guarded(
                Deadline.isForever(timeout) ? done : done.timeout(timeout, member.ask(runtime::abort), scheduler));
    }

    @Override
    public void close() {
        Closing.refuseToBlock(name(), member.loop());
        member.loop().execute(runtime::drain);
        member.leave();
        Closing.await(member.disconnect());
        disposeWorkers.run();
    }
}
