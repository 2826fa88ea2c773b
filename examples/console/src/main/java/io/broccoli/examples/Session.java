package io.broccoli.examples;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.broker.EmbeddedBroker;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Sinks;

/**
 * A command's member of the cluster and, if no broker was given, a broker and nodes in this process. {@link #close()}
 * and Ctrl-C close all of them.
 */
final class Session implements AutoCloseable {

    private final NetworkOptions options;
    private final PrintWriter err;
    private final Cleanup cleanup = new Cleanup();
    private final URI broker;
    private final Cluster cluster;
    private final Membership membership;
    private final Sinks.Empty<Void> connected = Sinks.empty();
    private final AtomicReference<@Nullable Throwable> lost = new AtomicReference<>();

    /** Joins over the broker that the options name, or the usual one on this machine. */
    static Session join(NetworkOptions options, PrintWriter err) throws Exception {
        return new Session(options, err, options.brokerOr(NetworkOptions.DEFAULT_BROKER));
    }

    /** Joins over the broker that the options name, or starts one in this process. */
    static Session joinOrEmbed(NetworkOptions options, PrintWriter err) throws Exception {
        return new Session(options, err, options.broker == null ? null : options.brokerOr(""));
    }

    private Session(NetworkOptions options, PrintWriter err, @Nullable URI given) throws Exception {
        this.options = options;
        this.err = err;
        try {
            this.broker =
                    given == null ? cleanup.open(() -> EmbeddedBroker.start()).uri() : given;
            this.cluster = cleanup.open(() -> Cluster.connect(options.joining(broker)));
        } catch (Exception failed) {
            cleanup.close();
            throw failed;
        }
        membership = new Membership(cluster);
        cluster.events().subscribe(this::hear);
    }

    URI broker() {
        return broker;
    }

    Cluster cluster() {
        return cluster;
    }

    /** Starts a node in this process. */
    Node start(String name, NodeOptions size, TaskRegistry tasks) throws Exception {
        ClusterOptions joining = options.joining(broker).withMember(name);
        return cleanup.open(() -> Node.start(joining, size, tasks));
    }

    /** Opens something that is to be closed with this. */
    <T extends AutoCloseable> T open(Callable<? extends T> start) throws Exception {
        return cleanup.open(start);
    }

    /** @throws TimeoutException if the broker cannot be reached in time, saying where and why */
    void awaitConnected() throws TimeoutException {
        if (connected
                .asMono()
                .thenReturn(true)
                .timeout(options.timeout)
                .onErrorComplete()
                .blockOptional()
                .isEmpty()) {
            throw new TimeoutException(
                    "no connection within " + DurationConverter.format(options.timeout) + ": " + reason());
        }
    }

    /** @throws TimeoutException if there are fewer in time, saying which there are */
    List<NodeInfo> awaitNodes(int count) throws TimeoutException {
        awaitConnected();
        try {
            return cluster.awaitNodes(count, options.timeout).blockOptional().orElseThrow();
        } catch (RuntimeException failed) {
            if (Exceptions.unwrap(failed) instanceof TimeoutException late) {
                throw new TimeoutException((count == 1 ? "no node" : "fewer than " + count + " nodes") + " in cluster '"
                        + options.cluster + "' at " + broker + ": " + late.getMessage());
            }
            throw failed;
        }
    }

    /** Why the broker cannot be reached now; empty if it can. */
    Optional<String> trouble() {
        return Optional.ofNullable(lost.get()).map(cause -> reason());
    }

    /** Stays until the member left by itself, or the process is told to end. */
    int stay() throws InterruptedException {
        return membership.await(err);
    }

    /**
     * Stays for so long.
     *
     * @return false if the member left by itself meanwhile
     */
    boolean stays(Duration time) throws InterruptedException {
        return membership.stays(time);
    }

    /** The exit status of a command that ended with another one: it tells if the member left by itself. */
    int status(int otherwise) {
        return membership.status(otherwise, err);
    }

    @Override
    public void close() {
        cleanup.close();
    }

    private void hear(ClusterEvent event) {
        if (event instanceof ClusterEvent.Connected) {
            connected.tryEmitEmpty();
            if (lost.getAndSet(null) != null) {
                say("connected to " + broker);
            }
        } else if (event instanceof ClusterEvent.Disconnected broken && lost.getAndSet(broken.cause()) == null) {
            say(reason() + "; trying again");
        }
    }

    private void say(String notice) {
        if (!options.quiet) {
            err.println("broccoli: " + notice);
            err.flush();
        }
    }

    private String reason() {
        Throwable cause = lost.get();
        return cause == null || cause.getMessage() == null ? "cannot reach broker " + broker : cause.getMessage();
    }
}
