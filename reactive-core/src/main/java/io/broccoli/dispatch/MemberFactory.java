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
import java.util.ArrayList;
import java.util.List;
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

    /** One that the publisher is asked on, and one that a publisher which blocked has yet to find itself cancelled on. */
    private static final int THREADS_OF_A_SOURCE = 2;

    @Override
    public Cluster connect(ClusterOptions options) {
        Scheduler none = Schedulers.immediate(); // it has neither tasks nor sources
        Member member = member(options, null, TaskRegistry.builder().build(), null, none);
        member.start();
        return member;
    }

    @Override
    public Node start(ClusterOptions options, NodeOptions nodeOptions, TaskRegistry tasks) {
        List<Scheduler> own = new ArrayList<>();
        Scheduler workers = nodeOptions.workerScheduler().orElseGet(() -> {
            own.add(threads(nodeOptions.workers(), options.member()));
            return own.get(0);
        });
        Scheduler sources = workers;
        int feeds =
                (int) tasks.all().stream().filter(task -> task.source() != null).count();
        if (feeds > 0 && (!own.isEmpty() || workers == Schedulers.immediate())) { // sources may block
            sources = threads(THREADS_OF_A_SOURCE * feeds, options.member() + "-sources");
            own.add(sources);
        }
        Member member = member(options, nodeOptions, tasks, workers, sources);
        member.start();
        NodeRuntime runtime = Objects.requireNonNull(member.node());
        return new MemberNode(member, runtime, options.scheduler(), () -> own.forEach(Scheduler::dispose));
    }

    private static Scheduler threads(int most, String name) {
        return Schedulers.newBoundedElastic(most, Integer.MAX_VALUE, "broccoli-" + name, 60, true);
    }

    private static Member member(
            ClusterOptions options,
            @Nullable NodeOptions node,
            TaskRegistry tasks,
            @Nullable Scheduler workers,
            Scheduler sources) {
        FrameCodec frames = Services.one(FrameCodec.class);
        PayloadCodec payloads = Services.one(PayloadCodec.class);
        Transport transport = Services.transport(options, frames);
        long epoch = ZERO.until(Instant.now(), ChronoUnit.MILLIS) / 100;
        return new Member(options, frames, payloads, transport, epoch, node, tasks, workers, sources);
    }
}
