package io.broccoli.internal.network;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.frame.Frame;
import io.broccoli.spi.Transport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One network of a relay: its own connection, by which it hears who is there, and those in the place of members that are elsewhere. */
public final class RelaySide implements Transport.Receiver {

    /** Who hears of it. */
    public interface Listener {
        void connected(RelaySide side);

        void disconnected(RelaySide side, Throwable cause);

        /** @param status null: the node left */
        void node(RelaySide side, String name, Frame.@Nullable Status status);
    }

    public final ClusterOptions options;
    /** The nodes that are on this network themselves. Guarded by the relay. */
    public final Map<String, Frame.Status> nodes = new HashMap<>();
    /** Whether the log says that it is not connected. Guarded by the relay. */
    public boolean isTold;
    /** Changed under the relay's lock. */
    public final Map<String, StandIn> standIns = new ConcurrentHashMap<>();

    private final Transport own;
    private final Presences presences;
    private final Listener listener;

    /** Nodes of which nothing was heard since the connection was lost, and the number of that loss. Guarded by the relay. */
    private final Map<String, Integer> doubtful = new HashMap<>();
    /** How often the connection was lost. Guarded by the relay. */
    private int losses;

    public RelaySide(ClusterOptions options, Presences presences, Listener listener) {
        this.options = options;
        this.presences = presences;
        this.listener = listener;
        own = Services.transport(options, options.uri(), options.member(), options.connect());
    }

    public void start() {
        own.start(null, this);
    }

    public Transport own() {
        return own;
    }

    // ---- under the relay's lock

    /**
     * The connection was lost: its nodes are doubtful until they are heard of.
     *
     * @return the number of that loss
     */
    public int lost() {
        losses++;
        nodes.keySet().forEach(node -> doubtful.putIfAbsent(node, losses));
        return losses;
    }

    /** Something was heard of a node. */
    public void hears(String node) {
        doubtful.remove(node);
    }

    /**
     * Forgets the nodes that were not heard of since that loss.
     *
     * @return these
     */
    public List<String> forget(int loss) {
        List<String> gone = doubtful.entrySet().stream()
                .filter(each -> each.getValue() == loss)
                .map(Map.Entry::getKey)
                .toList();
        doubtful.keySet().removeAll(gone);
        nodes.keySet().removeAll(gone);
        return gone;
    }

    // ---- what the transport brings

    /** For frames of tasks and outcomes this has no name that anybody would know. */
    @Override
    public void frame(String from, byte[] frame) {}

    @Override
    public void presence(String member, byte[] bytes) {
        Frame.Status status = presences.present(bytes);
        boolean itself = status != null
                && !Presences.isRelayed(status)
                && status.member().equals(member);
        listener.node(this, member, itself ? status : null);
    }

    /** It has nothing to say of itself. */
    @Override
    public void hello() {}

    @Override
    public void connected() {
        own.hello().subscribe(null, lost -> {});
        listener.connected(this);
    }

    @Override
    public void disconnected(Throwable cause) {
        listener.disconnected(this, cause);
    }

    @Override
    public String toString() {
        return options.uri().toString();
    }
}
