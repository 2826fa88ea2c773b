package io.broccoli.transport.tcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The other members, with one connection each: who is there, who vanished, and what they said of themselves. All but {@link #link} is
 * on the event loop.
 */
final class Roster {

    /** Members with a connection. */
    static final int MOST_PEERS = 4_096;

    /** A member that is not back by then is gone; where nobody listens at its address any more, it is gone at once. */
    static final long GRACE = Duration.ofSeconds(2).toNanos();

    private static final long ALIVE_AFTER = Duration.ofSeconds(5).toNanos();
    private static final long DEAD_AFTER = Duration.ofSeconds(15).toNanos();
    private static final byte[] NOTHING = new byte[0];

    private final String name;
    private final Targets targets;
    private final Runnable changed;
    private final Map<String, Link> links = new ConcurrentHashMap<>();
    private final Map<String, Peer> peers = new LinkedHashMap<>();
    private Hearing receiver = Hearing.NOBODY;

    /** @param changed hears when there are more or fewer connections */
    Roster(String name, Targets targets, Runnable changed) {
        this.name = name;
        this.targets = targets;
        this.changed = changed;
    }

    void receiver(Hearing value) {
        receiver = value;
    }

    /** From any thread. Null: there is no connection to this member. */
    @Nullable Link link(String member) {
        return links.get(member);
    }

    Collection<Link> links() {
        return links.values();
    }

    @Nullable Peer get(String member) {
        return peers.get(member);
    }

    void say(Kind kind, byte[] body) {
        links.values().forEach(each -> each.say(kind, body));
    }

    /** Tells some of them where others are. */
    void tell(List<Address> news, String from, int most) {
        List<Link> others = new ArrayList<>(links.values());
        others.removeIf(each -> each.peer() == null || each.peer().member().equals(from));
        int first = others.isEmpty() ? 0 : ThreadLocalRandom.current().nextInt(others.size());
        for (byte[] each : Address.encode(news)) {
            for (int i = 0; i < Math.min(most, others.size()); i++) {
                others.get((first + i) % others.size()).say(Kind.PEERS, each);
            }
        }
    }

    // ---- who comes

    /** Of two connections of one pair both ends keep the one that the member with the smaller name dialed. */
    @Nullable Refusal admit(Link link, Hello hello) {
        if (hello.member().equals(name)) {
            return Refusal.NAME_TAKEN;
        }
        Peer peer = peers.get(hello.member());
        Link old = peer == null ? null : peer.link;
        Hello before = old == null ? null : old.peer();
        if (before == null || old == null) {
            return peer == null && peers.size() >= MOST_PEERS ? Refusal.FULL : null;
        }
        if (before.instance() != hello.instance()) {
            if (hello.started() < before.started()) {
                return Refusal.NAME_TAKEN;
            }
            old.finish(Kind.REFUSE, Refusal.NAME_TAKEN.bytes(), Failures.replaced(hello.member(), old.where));
            return null;
        }
        boolean mine = name.compareTo(hello.member()) < 0;
        if (link.dialed != old.dialed && link.dialed != mine) {
            old.say(Kind.ALIVE, NOTHING); // if the other end has lost that one, it shows now
            return Refusal.DUPLICATE;
        }
        old.finish(Kind.REFUSE, Refusal.DUPLICATE.bytes(), Failures.replaced(hello.member(), old.where));
        return null;
    }

    /** The connection stands for both ends. */
    void enter(Link link, Hello hello) {
        link.proven(hello);
        Peer peer = peers.computeIfAbsent(hello.member(), Peer::new);
        peer.link = link;
        peer.instance = hello.instance();
        peer.started = hello.started();
        links.put(peer.name, link);
        changed.run();
    }

    // ---- who goes

    /** Gives up those that are not back, closes what is silent, and says something where nothing was said for long. */
    void tick(long now) {
        for (Peer each : new ArrayList<>(peers.values())) {
            Link link = each.link;
            if (link == null) {
                if (now - each.goneAt >= 0) {
                    gone(each);
                }
            } else if (now - link.heardAt() >= DEAD_AFTER && !link.isPaused()) {
                link.close(Failures.silent(each.name, link.where, DEAD_AFTER));
            } else if (now - link.wroteAt() >= ALIVE_AFTER && link.held() == 0) { // else it is not taken
                link.say(Kind.ALIVE, NOTHING);
            }
        }
    }

    /** Said good-bye. */
    void left(Peer peer, boolean forget) {
        boolean told = peer.present;
        forget(peer);
        if (told && forget) {
            receiver.presence(peer.name, NOTHING.clone());
        }
    }

    /** Vanished. */
    void gone(Peer peer) {
        byte[] last = peer.will;
        boolean told = peer.present;
        forget(peer);
        if (told && last != null) {
            receiver.presence(peer.name, last.clone());
        }
    }

    private void forget(Peer peer) {
        peers.remove(peer.name);
        Link link = peer.link;
        if (link != null) {
            links.remove(peer.name, link);
        }
        targets.ended(peer.name, peer.started);
        changed.run();
    }

    /**
     * A connection ended. Its member is expected back.
     *
     * @return whether it was the one that its member had
     */
    boolean lost(Link link, Hello hello, long now) {
        links.remove(hello.member(), link);
        Peer peer = peers.get(hello.member());
        if (peer == null || peer.link != link) {
            return false;
        }
        peer.link = null;
        peer.goneAt = now + GRACE;
        targets.lost(peer.name, now);
        return true;
    }
}
