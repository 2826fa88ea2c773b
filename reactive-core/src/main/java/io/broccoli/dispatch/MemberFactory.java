package io.broccoli.dispatch;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterFactory;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.network.ManyTransport;
import io.broccoli.network.Networks;
import io.broccoli.node.Node;
import io.broccoli.node.NodeFactory;
import io.broccoli.node.NodeOptions;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import io.broccoli.task.TaskRegistry;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Puts members together: finds the transport for a URI's scheme, and the codecs. Made by {@link ServiceLoader}. */
public final class MemberFactory implements ClusterFactory, NodeFactory {

    /** Epochs are seconds since then: a member that has no store grows them by the clock, and by what it finds announced. */
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
        FrameCodec frames = load(FrameCodec.class);
        PayloadCodec payloads = load(PayloadCodec.class);
        Transport transport = transport(options, frames);
        long epoch = Instant.now().getEpochSecond() - ZERO.getEpochSecond();
        Scheduler sources = node == null
                ? Schedulers.boundedElastic()
                : node.workerScheduler().orElseGet(Schedulers::boundedElastic);
        return new Member(options, frames, payloads, transport, epoch, node, tasks, workers, sources);
    }

    private static Transport transport(ClusterOptions options, FrameCodec frames) {
        TransportProvider given = options.transport();
        if (given != null) {
            return given.open(options.uri(), options.cluster(), options.member(), options.connect());
        }
        List<Transport> networks = new ArrayList<>();
        for (URI uri : Networks.of(options.uri())) {
            networks.add(provider(uri).open(uri, options.cluster(), options.member(), options.connect()));
        }
        return networks.size() == 1
                ? networks.get(0)
                : new ManyTransport(networks, status -> isGone(frames, status), options.nanoTime());
    }

    private static boolean isGone(FrameCodec frames, byte[] presence) {
        try {
            return frames.decode(presence) instanceof Frame.Status status && status.state() == MemberState.GONE;
        } catch (MalformedFrameException malformed) {
            return false; // the member refuses it
        }
    }

    private static TransportProvider provider(URI uri) {
        String scheme = String.valueOf(uri.getScheme());
        List<String> known = new ArrayList<>();
        for (TransportProvider provider : load()) {
            if (provider.schemes().contains(scheme)) {
                return provider;
            }
            known.addAll(provider.schemes());
        }
        String artifact =
                switch (scheme) {
                    case "mqtt", "mqtts" -> "broccoli-transport-mqtt";
                    case "tcp", "tcps" -> "broccoli-transport-tcp";
                    case "embedded" -> "broccoli-transport-broker";
                    default -> "broccoli-transport-core";
                };
        throw new IllegalArgumentException("No transport for '" + uri + "': the class path knows the schemes " + known
                + "; for " + scheme + ": add the artifact io.broccoli:" + artifact);
    }

    private static ServiceLoader<TransportProvider> load() {
        return ServiceLoader.load(TransportProvider.class, MemberFactory.class.getClassLoader());
    }

    private static <T> T load(Class<T> service) {
        return ServiceLoader.load(service, MemberFactory.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No " + service.getSimpleName()
                        + " on the class path: add the artifact io.broccoli:broccoli-transport-core"));
    }
}
