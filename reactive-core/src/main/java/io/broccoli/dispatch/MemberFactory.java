package io.broccoli.dispatch;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterFactory;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.network.Services;
import io.broccoli.node.Node;
import io.broccoli.node.NodeFactory;
import io.broccoli.node.NodeOptions;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.spi.Transport;
import io.broccoli.task.TaskRegistry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Puts members together: finds the transport for a URI's scheme, and the codecs. Made by {@link ServiceLoader}. */
public final class MemberFactory implements ClusterFactory, NodeFactory {

    /**
     * Epochs are tenths of a second since then: a member that has no store grows them by the clock, and by what it finds announced. No
     * process is killed and started again within a tick, and the number fits into 32 bits until 2037 (nothing breaks then).
     */
    private static final Instant ZERO = Instant.parse("2024-01-01T00:00:00Z");

    @Override
    public Cluster connect(ClusterOptions options) {
        Member member = member(options, null, TaskRegistry.builder().build(), null);
        member.start();
        return member;
    }

    @Override
    public Node start(ClusterOptions options, NodeOptions nodeOptions, TaskRegistry tasks) {
        Scheduler own = nodeOptions.workerScheduler().isPresent()
                ? null
                : Schedulers.newBoundedElastic(
                        nodeOptions.workers(), Integer.MAX_VALUE, "broccoli-" + options.member(), 60, true);
        Scheduler workers = own != null ? own : nodeOptions.workerScheduler().orElseThrow();
        Member member = member(options, nodeOptions, tasks, workers);
        member.start();
        NodeRuntime runtime = Objects.requireNonNull(member.node());
        return new MemberNode(member, runtime, options.scheduler(), () -> {
            if (own != null) {
                own.dispose();
            }
        });
    }

    private static Member member(
            ClusterOptions options, @Nullable NodeOptions node, TaskRegistry tasks, @Nullable Scheduler workers) {
        FrameCodec frames = Services.one(FrameCodec.class);
        PayloadCodec payloads = Services.one(PayloadCodec.class);
        Transport transport = Services.transport(options, frames);
        long epoch = ZERO.until(Instant.now(), ChronoUnit.MILLIS) / 100;
        Scheduler sources = node == null
                ? Schedulers.boundedElastic()
                : node.workerScheduler()
                        .filter(own -> own != Schedulers.immediate()) // sources may block all the same
                        .orElseGet(Schedulers::boundedElastic);
        return new Member(options, frames, payloads, transport, epoch, node, tasks, workers, sources);
    }
}
