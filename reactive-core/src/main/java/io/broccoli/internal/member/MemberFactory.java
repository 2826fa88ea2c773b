package io.broccoli.internal.member;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterFactory;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.internal.network.Services;
import io.broccoli.internal.node.NodeRuntime;
import io.broccoli.network.Networks;
import io.broccoli.node.Node;
import io.broccoli.node.NodeFactory;
import io.broccoli.node.NodeOptions;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.spi.Transport;
import io.broccoli.task.TaskRegistry;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Puts members together: finds the transport for a URI's scheme, and the codecs. Made by {@link ServiceLoader}. */
public final class MemberFactory implements ClusterFactory, NodeFactory {

    private static final Logger LOG = Loggers.getLogger(MemberFactory.class);

    /**
     * Epochs are tenths of a second since then: a member that has no store grows them by the clock, and by what it finds announced. No
     * process is killed and started again within a tick, and the number fits into 32 bits until 2037 (nothing breaks then).
     */
    private static final Instant ZERO = Instant.parse("2024-01-01T00:00:00Z");

    /** One that the publisher is asked on, and one that a publisher which blocked has yet to find itself cancelled on. */
    private static final int THREADS_OF_A_SOURCE = 2;

    @Override
    public Cluster connect(ClusterOptions options) {
        return started(options, null);
    }

    @Override
    public Node start(ClusterOptions options, NodeOptions nodeOptions, TaskRegistry tasks) {
        List<Scheduler> own = new ArrayList<>();
        try {
            Member member = started(options, nodePart(options, nodeOptions, tasks, own));
            NodeRuntime runtime = Objects.requireNonNull(member.node());
            return new MemberNode(member, runtime, options.scheduler(), () -> own.forEach(Scheduler::dispose));
        } catch (Throwable failed) { // its threads must not outlive it
            own.forEach(Scheduler::dispose);
            throw failed;
        }
    }

    /** @param own receives the schedulers that are made here, and are to be disposed with the node */
    private static Member.NodePart nodePart(
            ClusterOptions options, NodeOptions nodeOptions, TaskRegistry tasks, List<Scheduler> own) {
        Scheduler workers = nodeOptions.workerScheduler().orElseGet(() -> {
            // as many again for those that take the place of workers that are stuck
            own.add(threads(2 * nodeOptions.workers(), options.member()));
            return own.get(0);
        });
        Scheduler sources = workers;
        int feeds =
                (int) tasks.all().stream().filter(task -> task.source() != null).count();
        if (feeds > 0 && (!own.isEmpty() || workers == Schedulers.immediate())) { // sources may block
            long views =
                    nodeOptions.maxSubscribers(); // at most, each with functions that may block: none waits for another
            long most = Math.min(Integer.MAX_VALUE, THREADS_OF_A_SOURCE * (long) feeds + views);
            sources = threads((int) most, options.member() + "-sources");
            own.add(sources);
        }
        return new Member.NodePart(nodeOptions, tasks, workers, sources);
    }

    private static Scheduler threads(int most, String name) {
        return Schedulers.newBoundedElastic(most, Integer.MAX_VALUE, "broccoli-" + name, 60, true);
    }

    private static Member started(ClusterOptions options, Member.@Nullable NodePart nodePart) {
        FrameCodec frames = Services.one(FrameCodec.class);
        List<URI> uris = options.transport() == null ? Networks.of(options.uri()) : List.of(options.uri());
        Transport transport = Services.transport(options, uris, frames);
        long epoch = ZERO.until(Instant.now(), ChronoUnit.MILLIS) / 100;
        try {
            Member.Services services = new Member.Services(frames, Services.one(PayloadCodec.class), transport, uris);
            Member member = new Member(options, services, epoch, nodePart);
            member.start();
            return member;
        } catch (Throwable failed) {
            close(transport);
            throw failed;
        }
    }

    /** One of its networks may be started already, and an embedded broker runs as long as it is used. */
    private static void close(Transport transport) {
        Mono.defer(() -> transport.close(false))
                .subscribe(nothing -> {}, failed -> LOG.debug("A transport that did not start: {}", failed.toString()));
    }
}
