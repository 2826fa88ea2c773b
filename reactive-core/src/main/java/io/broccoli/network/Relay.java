package io.broccoli.network;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.internal.network.Presences;
import io.broccoli.internal.network.RelaySide;
import io.broccoli.internal.network.RelayTroubles;
import io.broccoli.internal.network.RelayedClient;
import io.broccoli.internal.network.Services;
import io.broccoli.internal.network.StandIn;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Connects the members of separate networks, for example boards behind an MQTT broker and JVM members over TCP. The
 * relay is on all of these networks. On each it stands in for the members of the others: with a connection in their
 * name that repeats their announcements and passes their frames on. Members need no configuration for it. A node of
 * another network has the additional label {@code via}, with the name of the relay.
 *
 * <p>The relay neither changes frames nor resends them: credit, repeats and order remain between the two members. If a
 * relay dies, the frames in flight are lost, and its nodes are gone until another relay starts; the credit protocol
 * then resends the frames. A relay does not stand in for a node on a network that the node itself is on. Run only one
 * relay at a time between two networks.
 *
 * <p>A network that admits a relay trusts it in the name of every member of the other networks. Where each user may be one member
 * only, the relay needs the credentials of those that it stands in for: {@link ConnectOptions#withPasswords}. It says in the log which
 * members have none.
 */
public final class Relay implements AutoCloseable {

    /** Most stand-ins on one network, for nodes and clients together. Frames of further members are dropped. */
    public static final int MOST_STAND_INS = 256;

    /** Most known nodes of one network. Further nodes are ignored. */
    static final int MOST_NODES = 4_096;

    /** A client that sends nothing for this time is forgotten. */
    static final Duration CLIENT_IDLE = Duration.ofMinutes(2);

    /** How long the nodes of a lost network stay announced on the others. */
    static final Duration GRACE = Duration.ofSeconds(5);

    /** How long to wait for a node of one network to join the others itself. */
    static final Duration COURTESY = Duration.ofMillis(500);

    /** How long to wait, after a stand-in lost its connection, for the node itself to announce itself. */
    static final Duration AGAIN = Duration.ofSeconds(1);

    private static final Duration SWEEP = Duration.ofSeconds(10);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(6);
    private static final Logger LOG = Loggers.getLogger(Relay.class);

    private final String name;
    private final List<RelaySide> sides = new ArrayList<>();
    private final ClusterOptions options;
    private final Presences presences;
    private final Disposable sweeping;
    private final LongAdder frames = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final Sinks.Many<RelayStats> changes = Sinks.many().multicast().directBestEffort();

    // guarded by this
    private final Map<String, RelayedClient> clients = new HashMap<>();
    private final RelayTroubles troubles;
    private boolean closed;

    /**
     * Starts a relay. Returns before it is connected: it connects, and reconnects, in the background.
     *
     * @param networks 2 to 16 networks, each with its own URI, cluster and credentials. The member name of the first is
     *     the name of the relay. No other member may use one of these names
     * @throws IllegalArgumentException if there is no transport for one of the networks; the message names the artifact
     *     to add
     */
    public static Relay between(List<ClusterOptions> networks) {
        if (networks.size() < 2 || networks.size() > Networks.MOST) {
            throw new IllegalArgumentException(
                    "a relay is between 2 to " + Networks.MOST + " networks, not " + networks.size());
        }
        Relay relay = new Relay(networks);
        relay.sides.forEach(RelaySide::start);
        return relay;
    }

    private Relay(List<ClusterOptions> networks) {
        options = networks.get(0);
        name = options.member();
        troubles = new RelayTroubles(name);
        presences = new Presences(Services.one(FrameCodec.class));
        Heard heard = new Heard();
        networks.forEach(each -> sides.add(new RelaySide(each, presences, heard)));
        sweeping = options.scheduler()
                .schedulePeriodically(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The name of the relay: the value of the label {@code via} of the nodes that it stands in for. */
    public String name() {
        return name;
    }

    /** Gauges of what the relay does now, and counters since it started. */
    public synchronized RelayStats stats() {
        int all = sides.stream().mapToInt(each -> each.standIns.size()).sum();
        int ofClients = (int) sides.stream()
                .flatMap(each -> each.standIns.keySet().stream())
                .filter(clients::containsKey)
                .count();
        return new RelayStats(all - ofClients, ofClients, frames.sum(), dropped.sum());
    }

    /**
     * Emits the stats when the number of stand-ins changes. A slow subscriber gets only the latest. Completes with
     * {@link #close}.
     */
    public Flux<RelayStats> changes() {
        return changes.asFlux().onBackpressureLatest();
    }

    /**
     * Withdraws everything that it announced, and leaves the networks. Blocks for at most 6 s. Further calls have no
     * effect.
     */
    @Override
    public void close() {
        List<Transport> own = new ArrayList<>();
        List<Mono<Void>> leaving = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            sweeping.dispose();
            for (RelaySide side : sides) {
                own.add(side.own());
                side.standIns.values().forEach(each -> leaving.add(each.close()));
            }
        }
        changes.tryEmitComplete();
        own.forEach(each -> leaving.add(each.close(false)));
        Flux.merge(Flux.fromIterable(leaving), leaving.size())
                .then()
                .timeout(LONGEST_CLOSE)
                .onErrorComplete()
                .block();
    }

    @Override
    public String toString() {
        return "Relay[" + name + " between " + sides + "]";
    }

    /** Opens and closes the stand-ins of a member so that they match the networks that it is on. */
    private synchronized void settle(String member) {
        for (RelaySide side : sides) {
            RelaySide home = closed || side.nodes.containsKey(member) ? null : home(member, side);
            StandIn there = side.standIns.get(member);
            if (there == null) {
                if (home != null) {
                    open(member, side, home);
                }
            } else if (!there.leaving) {
                Frame.Status status = home == null ? null : home.nodes.get(member);
                if (home != there.home || (status == null ? 0 : status.bootEpoch()) != there.bootEpoch) {
                    withdraw(there, Duration.ZERO);
                } else if (status != null) {
                    there.announce(said(status, status.state(), home));
                }
            }
        }
    }

    /** The first other network that a member is on; null if there is none. */
    private @Nullable RelaySide home(String member, RelaySide other) {
        for (RelaySide side : sides) {
            if (side != other && side.nodes.containsKey(member)) {
                return side;
            }
        }
        RelayedClient client = clients.get(member);
        return client == null || client.home == other ? null : client.home;
    }

    private byte[] said(Frame.Status status, MemberState state, RelaySide home) {
        return presences.relayed(status, state, name, home.own().maxFrame());
    }

    private void open(String member, RelaySide on, RelaySide home) {
        Optional<ConnectOptions> connect = on.options.connect().inStead(member);
        if (connect.isEmpty()) {
            troubles.noPassword(member, home, on);
            return;
        }
        if (on.standIns.size() >= MOST_STAND_INS) {
            troubles.full(on, MOST_STAND_INS);
            return;
        }
        Frame.Status status = home.nodes.get(member);
        StandIn standIn = new StandIn(
                member,
                on,
                home,
                status == null ? 0 : status.bootEpoch(),
                Services.transport(on.options, on.options.uri(), member, connect.get()),
                new Passing(),
                dropped);
        on.standIns.put(member, standIn);
        standIn.start(status == null ? null : said(status, MemberState.GONE, home));
        if (status != null) {
            standIn.announce(said(status, status.state(), home));
        }
        LOG.info("{}: {} of {} can be reached on {}", name, member, home, on);
        changed();
    }

    /** @param pause before checking whether another stand-in is needed */
    private void withdraw(StandIn standIn, Duration pause) {
        standIn.leaving = true;
        LOG.info("{}: {} of {} cannot be reached on {} any more", name, standIn.member, standIn.home, standIn.on);
        standIn.close().subscribe(null, never -> {}, () -> {
            if (pause.isZero()) {
                left(standIn);
            } else {
                options.scheduler().schedule(() -> left(standIn), pause.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    private synchronized void left(StandIn standIn) {
        standIn.on.standIns.remove(standIn.member, standIn);
        troubles.hasRoom();
        changed();
        settle(standIn.member);
    }

    private void changed() {
        changes.tryEmitNext(stats()); // fails only when nobody listens, or was closed
    }

    /** Forgets clients that were idle for too long. */
    private synchronized void sweep() {
        troubles.sweep();
        long now = options.nanoTime().getAsLong();
        List<String> idle = new ArrayList<>();
        clients.forEach((client, use) -> {
            for (RelaySide side : sides) {
                StandIn there = side.standIns.get(client);
                if (there != null && there.takeUsed()) {
                    use.heardAt = now;
                }
            }
            if (now - use.heardAt >= CLIENT_IDLE.toNanos()) {
                idle.add(client);
            }
        });
        idle.forEach(each -> {
            clients.remove(each);
            settle(each);
        });
    }

    /** Forgets the nodes that were not heard of since their network was lost that time. */
    private synchronized void forget(RelaySide side, int loss) {
        side.forget(loss).forEach(this::settle);
    }

    /** Receives the events of the networks. */
    private final class Heard implements RelaySide.Listener {

        @Override
        public void connected(RelaySide side) {
            LOG.info("{}: connected to {}", name, side);
            synchronized (Relay.this) {
                side.isTold = false;
            }
        }

        @Override
        public void disconnected(RelaySide side, Throwable cause) {
            synchronized (Relay.this) {
                if (side.isTold) {
                    LOG.debug("{}: {}: {}", name, side, cause.toString());
                    return; // it was lost before, and cannot be reached yet
                }
                side.isTold = true;
                LOG.error("{}: {}: {}", name, side, String.valueOf(cause.getMessage()));
                int loss = side.lost();
                options.scheduler().schedule(() -> forget(side, loss), GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void node(RelaySide side, String node, Frame.@Nullable Status status) {
            synchronized (Relay.this) {
                side.hears(node);
                boolean isNew = status != null && !side.nodes.containsKey(node);
                if (status == null) {
                    side.nodes.remove(node);
                } else if (side.nodes.containsKey(node) || side.nodes.size() < MOST_NODES) {
                    side.nodes.put(node, status);
                    clients.remove(node);
                }
                if (isNew) {
                    options.scheduler().schedule(() -> settle(node), COURTESY.toMillis(), TimeUnit.MILLISECONDS);
                } else {
                    settle(node);
                }
            }
        }
    }

    /** Passes on frames to members of other networks. */
    private final class Passing implements StandIn.Owner {

        @Override
        public void frame(StandIn to, String from, byte[] frame) {
            StandIn sender = to.home.standIns.get(from);
            if (sender == null || sender.leaving) {
                sender = sender(from, to);
            }
            if (sender == null) {
                dropped.increment();
            } else {
                frames.increment();
                sender.send(to.member, frame);
            }
        }

        /** A sender without a presence is a client. */
        private @Nullable StandIn sender(String from, StandIn to) {
            synchronized (Relay.this) {
                if (closed || to.home.nodes.containsKey(from)) {
                    return null; // it is there itself, and goes that way
                }
                if (!to.on.nodes.containsKey(from)) {
                    if (clients.size() >= MOST_STAND_INS && !clients.containsKey(from)) {
                        return null;
                    }
                    clients.put(
                            from, new RelayedClient(to.on, options.nanoTime().getAsLong()));
                }
                settle(from);
                StandIn made = to.home.standIns.get(from);
                return made == null || made.leaving ? null : made;
            }
        }

        @Override
        public void refused(StandIn standIn, Throwable cause) {
            synchronized (Relay.this) {
                troubles.refused(standIn, cause);
            }
        }

        @Override
        public void lost(StandIn standIn) {
            synchronized (Relay.this) {
                if (!standIn.leaving && !closed) {
                    troubles.lost(standIn);
                    clients.remove(standIn.member);
                    withdraw(standIn, AGAIN);
                }
            }
        }
    }
}
