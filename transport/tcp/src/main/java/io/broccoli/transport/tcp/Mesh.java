package io.broccoli.transport.tcp;

import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.Transport.Receiver;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * The connections of one member with all others: greets who is reached by {@link Dialing} or comes, and says what is heard. The
 * {@link Roster} keeps one for each pair. All but {@link #link} is on the event loop.
 */
final class Mesh implements Link.Listener {

    private static final Logger LOG = Loggers.getLogger(Mesh.class);

    private static final long TICK_MILLIS = 100;

    /** How many are told of a member that others told of before it was reached; of one that is new here, all are. */
    private static final int RUMOUR = 4;

    private static final byte[] NOTHING = new byte[0];
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String cluster;
    private final String name;
    private final long started;
    private final long instance = RANDOM.nextLong();
    private final TcpSettings settings;
    private final byte @Nullable [] secret;
    private final EventLoop loop;
    private final Listening listening;
    private final Targets targets;
    private final Announcements announcements = new Announcements(this::spread);

    private final Roster roster;
    private final Strangers strangers;
    private final Dialing dialing;
    private final Set<Channel> open = new HashSet<>();
    private final Sinks.Empty<Void> ended = Sinks.empty();

    private Hearing receiver = Hearing.NOBODY;
    private byte @Nullable [] will;
    private @Nullable Future<?> ticking;
    private boolean listens;
    private boolean connected;
    private @Nullable Throwable closed;

    /**
     * The member itself.
     *
     * @param started when, for others to tell its lives apart
     */
    record Self(String cluster, String name, long started) {}

    Mesh(
            Self self,
            TcpSettings settings,
            byte @Nullable [] secret,
            @Nullable Tls tls,
            Duration timeout,
            Loops.One loop) {
        this.cluster = self.cluster();
        this.name = self.name();
        this.started = self.started();
        this.settings = settings;
        this.secret = secret;
        this.loop = loop.loop();
        strangers = new Strangers(timeout);
        Endpoint endpoint = new Endpoint(loop, tls, timeout);
        listening = new Listening(settings, endpoint, strangers::accept, channel -> link(channel, null));
        targets = new Targets(
                name,
                settings.seeds(),
                settings.discover(),
                () -> ThreadLocalRandom.current().nextDouble(),
                System.nanoTime());
        roster = new Roster(name, targets, () -> update(null));
        dialing = new Dialing(targets, roster, endpoint, listening, this::link, this::seated, this::unreached);
    }

    void start(byte @Nullable [] will, Receiver receiver) {
        if (closed != null) {
            return;
        }
        this.will = will;
        this.receiver = new Hearing(name, receiver);
        roster.receiver(this.receiver);
        listen();
        ticking = loop.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void listen() {
        if (closed != null) {
            return;
        }
        listening
                .start()
                .subscribe(
                        nothing -> {},
                        error -> {
                            if (closed == null) {
                                receiver.disconnected(Failures.listening(settings, error));
                                loop.schedule(this::listen, Targets.LONGEST_PAUSE, TimeUnit.NANOSECONDS);
                            }
                        },
                        this::started); // only now others can be told where
    }

    private void started() {
        if (closed == null) {
            listens = true;
            seated();
            dialing.open();
        }
    }

    /** Its own address need not be dialed. */
    private void seated() {
        targets.seeds().forEach(each -> each.self |= each.host.equals(listening.seat()));
        update(null);
    }

    // ---- from any thread

    /** Null: there is no connection to this member. */
    @Nullable Link link(String member) {
        return roster.link(member);
    }

    // ---- on the event loop, for this member

    void loopback(byte[] frame) {
        receiver.frame(name, frame);
    }

    void announce(byte[] status, MonoSink<Void> sink) {
        announcements.announce(status, sink);
    }

    private void spread(byte[] status) {
        roster.say(Kind.PRESENCE, status);
        receiver.presence(name, status.clone());
    }

    void call() {
        roster.say(Kind.CALL, NOTHING);
    }

    /** Completes when all connections are closed. */
    Mono<Void> close(boolean forget, Throwable why) {
        if (closed == null) {
            closed = why;
            if (ticking != null) {
                ticking.cancel(false);
            }
            announcements.close(why);
            dialing.close();
            listening.close();
            strangers.close(why);
            roster.links().forEach(each -> each.finish(Kind.LEAVE, new byte[] {(byte) (forget ? 1 : 0)}, why));
            endIfEmpty();
        }
        return ended.asMono();
    }

    /** What is left when the time is up. */
    void abort() {
        new ArrayList<>(open).forEach(Channel::close);
    }

    private void endIfEmpty() {
        if (closed != null && open.isEmpty()) {
            receiver = Hearing.NOBODY;
            roster.receiver(receiver);
            ended.tryEmitEmpty();
        }
    }

    private void tick() {
        roster.tick(System.nanoTime());
        dialing.dial();
    }

    private void unreached(Throwable cause) {
        if (!connected) {
            receiver.disconnected(cause);
        }
    }

    // ---- links

    private FrameReader.Sink link(Channel channel, @Nullable Target target) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        String where = target != null
                ? target.host.toString()
                : new Host(remote.getAddress().getHostAddress(), remote.getPort()).toString();
        Link link = new Link(channel, target != null, where, settings.maxFrame(), this);
        open.add(channel);
        channel.closeFuture().addListener(end -> {
            open.remove(channel);
            endIfEmpty();
        });
        Throwable over = closed;
        if (over != null) {
            link.close(over);
            return link;
        }
        if (target != null) {
            dialing.reached(link, target);
        }
        byte[] nonce = new byte[Hello.NONCE];
        RANDOM.nextBytes(nonce);
        Hello self = new Hello(cluster, name, started, instance, nonce, listening.advertised(), settings.maxFrame());
        Handshake handshake = new Handshake(
                target != null,
                self,
                secret,
                link::say,
                hello -> admit(link, hello),
                hello -> stands(link, hello, remote));
        strangers.greet(link, handshake);
        return link;
    }

    /** Null: welcome. */
    private @Nullable Refusal admit(Link link, Hello hello) {
        if (!Hello.canHaveStarted(hello.started(), System.currentTimeMillis())) {
            return Refusal.FUTURE;
        }
        if (settings.verify() == TcpSettings.Verify.MEMBER && !Certified.names(link.channel(), hello.member())) {
            return Refusal.CERTIFICATE;
        }
        return roster.admit(link, hello);
    }

    private void stands(Link link, Hello hello, InetSocketAddress remote) {
        strangers.known(link);
        boolean wasTold = targets.isHearsay(hello.member());
        dialing.stands(link, hello);
        if (will != null) { // before anything that it could contradict
            link.say(Kind.WILL, will);
        }
        roster.enter(link, hello);
        byte[] status = announcements.latest();
        if (status != null && connected) {
            link.say(Kind.PRESENCE, status);
        }
        List<Address> told = targets.addresses();
        told.removeIf(each -> each.member().equals(hello.member()));
        Address.encode(told).forEach(each -> link.say(Kind.PEERS, each));
        if (hello.host().port() != 0) {
            String host = hello.host().name().isEmpty()
                    ? remote.getAddress().getHostAddress()
                    : hello.host().name();
            Address address =
                    new Address(hello.member(), new Host(host, hello.host().port()), hello.started());
            if (targets.learned(address, System.nanoTime()) || wasTold) {
                roster.tell(List.of(address), hello.member(), wasTold ? RUMOUR : Integer.MAX_VALUE);
            }
        }
    }

    // ---- what comes

    @Override
    public void message(Link link, Kind kind, byte[] body) {
        Handshake handshake = strangers.of(link);
        Hello hello = link.peer();
        if (kind == Kind.REFUSE) {
            refused(link, hello, handshake, Refusal.of(body));
        } else if (handshake != null) {
            greet(link, handshake, kind, body);
        } else if (hello != null) {
            hear(hello, kind, body);
        } // else it was refused, and does not know it yet
    }

    private void greet(Link link, Handshake handshake, Kind kind, byte[] body) {
        try {
            handshake.message(kind, body);
        } catch (RefusedException e) {
            Throwable why = Failures.refusing(link.where, e.refusal);
            strangers.end(link);
            dialing.notWelcome(link, handshake.claimed(), e.refusal, why);
            link.finish(Kind.REFUSE, e.refusal.bytes(), why);
        }
    }

    private void refused(Link link, @Nullable Hello hello, @Nullable Handshake handshake, @Nullable Refusal refusal) {
        if (refusal == null) {
            throw new MalformedFrameException("a refusal without a reason");
        }
        Throwable why = Failures.refused(name, link.where, refusal);
        if (handshake != null) {
            strangers.end(link);
            dialing.notWelcome(link, handshake.claimed(), refusal, why);
        } else if (hello != null && refusal == Refusal.NAME_TAKEN) {
            receiver.disconnected(why);
            connected = false;
        }
        link.close(why);
    }

    private void hear(Hello hello, Kind kind, byte[] body) {
        Peer peer = roster.get(hello.member());
        if (peer == null || peer.instance != hello.instance() || closed != null) {
            return; // it left, or has begun another life, or this member leaves
        }
        switch (kind) {
            case FRAME -> receiver.frame(peer.name, body);
            case PRESENCE -> {
                peer.present = body.length > 0;
                receiver.presence(peer.name, body);
            }
            case WILL -> peer.will = body;
            case CALL -> receiver.hello();
            case PEERS -> heardOf(Address.decode(body), peer.name);
            case ALIVE -> {}
            case LEAVE -> roster.left(peer, body.length == 1 && body[0] == 1);
            case HELLO, PROOF, REFUSE -> throw new MalformedFrameException(kind + " after the greeting");
        }
    }

    private void heardOf(List<Address> addresses, String from) {
        if (!settings.discover()) {
            return;
        }
        long now = System.currentTimeMillis();
        for (Address each : addresses) {
            if (Hello.canHaveStarted(each.started(), now)) {
                targets.learned(each, from, System.nanoTime());
            }
        }
        dialing.dial();
    }

    // ---- the end of a link

    @Override
    public boolean isFull() {
        return receiver.isFull();
    }

    @Override
    public void closed(Link link, Throwable cause) {
        strangers.lost(link);
        dialing.lost(link, cause);
        Hello hello = link.peer();
        if (closed == null && hello != null && roster.lost(link, hello, System.nanoTime())) {
            LOG.info("{} lost its connection to {}: {}", name, hello.member(), cause.toString());
            update(cause);
            dialing.dial();
        }
    }

    /** @param cause of what was lost */
    private void update(@Nullable Throwable cause) {
        boolean now = closed == null
                && listens
                && (listening.seat() != null || !roster.links().isEmpty());
        if (now == connected || closed != null) {
            return;
        }
        connected = now;
        if (now) {
            receiver.connected();
        } else {
            receiver.disconnected(cause == null ? Failures.alone() : cause);
        }
        announcements.connected(now);
    }

    @Override
    public String toString() {
        return name + " with " + roster.links().size() + " members, connections " + open.size() + ", waiting "
                + roster.links().stream().mapToLong(Link::held).sum() + " bytes, dropped "
                + strangers.dropped();
    }
}
