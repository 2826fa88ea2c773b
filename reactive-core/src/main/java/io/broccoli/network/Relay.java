package io.broccoli.network;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * Lets the members of networks that have nothing in common work together: MQTT boards behind a broker, and JVM members over TCP. It
 * is on all of these networks, and on each it stands in for the members of the others: with a connection of their name, that
 * announces what they announce, and takes and sends frames for them. Members need not know of it; they see a node of another
 * network with the label {@code via}, the relay's name, beside its own labels.
 *
 * <p>Nothing of the frames is changed or kept: credit, repeats and order stay between the two members, as the credit
 * protocol has them. So a relay that dies loses what was on its way, which is sent again when there is another one; its nodes are gone
 * meanwhile. A node that is on a network itself is never stood in for there. Let only one relay be between two networks
 * at a time.
 *
 * <p>Whom a network lets in as a relay, it believes all members of the others.
 */
public final class Relay implements AutoCloseable {

    /** Members that are stood in for on one network, nodes and clients; more are not, and frames of theirs are dropped. */
    public static final int MOST_STAND_INS = 256;

    /** Nodes of one network that are known; more are not looked at. */
    static final int MOST_NODES = 4_096;

    /** A client that sent nothing for so long is forgotten. */
    static final Duration CLIENT_IDLE = Duration.ofMinutes(2);

    /** A network that is lost for no longer does not take its nodes away from the others. */
    static final Duration GRACE = Duration.ofSeconds(5);

    /** A node that came to one network may be about to come to the others. */
    static final Duration COURTESY = Duration.ofMillis(500);

    /** After a connection in a node's name was lost: the node itself may have come, and says so by then. */
    static final Duration AGAIN = Duration.ofSeconds(1);

    private static final Duration SWEEP = Duration.ofSeconds(10);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(6);
    private static final Logger LOG = Loggers.getLogger(Relay.class);

    /** A client, and when something was heard of it. */
    private static final class Client {
        final RelaySide home;
        long heardAt;

        Client(RelaySide home, long heardAt) {
            this.home = home;
            this.heardAt = heardAt;
        }
    }

    private final String name;
    private final List<RelaySide> sides = new ArrayList<>();
    private final ClusterOptions options;
    private final Presences presences;
    private final Disposable sweeping;
    private final LongAdder frames = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final Sinks.Many<RelayStats> changes = Sinks.many().multicast().directBestEffort();

    // guarded by this
    private final Map<String, Client> clients = new HashMap<>();
    private boolean full;
    private boolean closed;

    /**
     * Begins to relay; connections are made, and made again, in the background.
     *
     * @param networks 2 to 16, each with its own URI, cluster and credentials; the name of the first is the relay's, and all of them
     *     must be unused by others
     * @throws IllegalArgumentException if there is no transport for one of them, naming the artifact to add
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
        presences = new Presences(Services.one(FrameCodec.class));
        Heard heard = new Heard();
        networks.forEach(each -> sides.add(new RelaySide(each, presences, heard)));
        sweeping = options.scheduler()
                .schedulePeriodically(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The name under which nodes show that they are reached through it. */
    public String name() {
        return name;
    }

    /** What it does now, and did since it began. */
    public synchronized RelayStats stats() {
        int all = sides.stream().mapToInt(each -> each.standIns.size()).sum();
        int ofClients = (int) sides.stream()
                .flatMap(each -> each.standIns.keySet().stream())
                .filter(clients::containsKey)
                .count();
        return new RelayStats(all - ofClients, ofClients, frames.sum(), dropped.sum());
    }

    /** The stats whenever it stands in for more or fewer members; a slow subscriber misses some. Completes with {@link #close}. */
    public Flux<RelayStats> changes() {
        return changes.asFlux().onBackpressureLatest();
    }

    /** Takes all that it announced away, and leaves; takes at most 6 s. */
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

    // ---- who is stood in for, and where

    /** Brings what is stood in for a member in line with where it is. */
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

    /** The first other network that a member is on; null if none. */
    private @Nullable RelaySide home(String member, RelaySide other) {
        for (RelaySide side : sides) {
            if (side != other && side.nodes.containsKey(member)) {
                return side;
            }
        }
        Client client = clients.get(member);
        return client == null || client.home == other ? null : client.home;
    }

    private byte[] said(Frame.Status status, MemberState state, RelaySide home) {
        return presences.relayed(status, state, name, home.own().maxFrame());
    }

    private void open(String member, RelaySide on, RelaySide home) {
        if (on.standIns.size() >= MOST_STAND_INS) {
            if (!full) {
                LOG.warn("{}: stands in for {} members on {}, and for no more", name, MOST_STAND_INS, on);
            }
            full = true;
            return;
        }
        Frame.Status status = home.nodes.get(member);
        StandIn standIn = new StandIn(
                member,
                on,
                home,
                status == null ? 0 : status.bootEpoch(),
                Services.transport(
                        on.options,
                        on.options.uri(),
                        member,
                        on.options.connect().inStead()),
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

    /** @param pause before it is looked whether there must be another one */
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
        full = false;
        changed();
        settle(standIn.member);
    }

    private void changed() {
        changes.tryEmitNext(stats()); // fails only when nobody listens, or was closed
    }

    /** Forgets clients of which nothing was heard for long. */
    private synchronized void sweep() {
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

    /** A node that was not heard of since its network was lost that time is not there any more. */
    private synchronized void forget(RelaySide side, int loss) {
        List<String> gone = new ArrayList<>();
        side.doubtful.forEach((node, since) -> {
            if (since == loss) {
                gone.add(node);
            }
        });
        for (String node : gone) {
            side.doubtful.remove(node);
            side.nodes.remove(node);
            settle(node);
        }
    }

    /** What the networks say. */
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
                LOG.warn("{}: {}: {}", name, side, cause.toString());
                int loss = ++side.losses;
                side.nodes.keySet().forEach(node -> side.doubtful.putIfAbsent(node, loss));
                options.scheduler().schedule(() -> forget(side, loss), GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void node(RelaySide side, String node, Frame.@Nullable Status status) {
            synchronized (Relay.this) {
                side.doubtful.remove(node);
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

    /** What is sent to members that are elsewhere. */
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

        /** Who sends without having announced itself is a client. */
        private @Nullable StandIn sender(String from, StandIn to) {
            synchronized (Relay.this) {
                if (closed || to.home.nodes.containsKey(from)) {
                    return null; // it is there itself, and goes that way
                }
                if (!to.on.nodes.containsKey(from)) {
                    if (clients.size() >= MOST_STAND_INS && !clients.containsKey(from)) {
                        return null;
                    }
                    clients.put(from, new Client(to.on, options.nanoTime().getAsLong()));
                }
                settle(from);
                StandIn made = to.home.standIns.get(from);
                return made == null || made.leaving ? null : made;
            }
        }

        @Override
        public void lost(StandIn standIn) {
            synchronized (Relay.this) {
                if (!standIn.leaving && !closed) {
                    clients.remove(standIn.member);
                    withdraw(standIn, AGAIN);
                }
            }
        }
    }
}
