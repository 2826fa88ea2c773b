package io.broccoli.internal.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Which networks are connected, who is on which, and over which one a frame is sent. May be used by any thread. */
final class Routes {

    /** Of more peers than that, those of which was heard least recently are forgotten: then all networks are tried for them. */
    static final int MAX_PEERS = 16_384;

    private final boolean[] connected;
    private final LongSupplier nanoTime;
    private final Map<String, Peer> peers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Peer> eldest) {
            return size() > MAX_PEERS;
        }
    };

    Routes(int networks, LongSupplier nanoTime) {
        connected = new boolean[networks];
        this.nanoTime = nanoTime;
    }

    synchronized void connected(int network) {
        connected[network] = true;
        peers.values().forEach(peer -> peer.forget(network));
    }

    /** @return whether it was connected before */
    synchronized boolean disconnected(int network) {
        boolean before = connected[network];
        connected[network] = false;
        return before;
    }

    /** How many are connected. */
    synchronized int standing() {
        int standing = 0;
        for (boolean each : connected) {
            standing += each ? 1 : 0;
        }
        return standing;
    }

    synchronized boolean isConnected(int network) {
        return connected[network];
    }

    /**
     * A presence came.
     *
     * @param relayed whether it is that of a relay in the peer's place
     * @return whether the peer is on some network that is connected
     */
    synchronized boolean presence(int network, String of, boolean present, boolean relayed) {
        Peer peer = peer(of);
        peer.present(network, present, relayed);
        for (int i = 0; i < connected.length; i++) {
            if (connected[i] && peer.isPresent(i)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is on some network that is connected without a relay. */
    synchronized boolean isItself(String member) {
        Peer peer = peer(member);
        for (int i = 0; i < connected.length; i++) {
            if (connected[i] && peer.isPresent(i) && !peer.isRelayed(i)) {
                return true;
            }
        }
        return false;
    }

    synchronized void heard(int network, String from) {
        peer(from).heard(network);
    }

    /**
     * The networks for a frame, the best one first: those that are connected, where the peer is and does not keep silence, in the order of the
     * URI; those where a relay is in its place; then where it may be. Those that are not connected come last.
     */
    synchronized int[] order(String to) {
        long now = nanoTime.getAsLong();
        Peer peer = peer(to);
        int[] order = sorted(peer, now);
        if (order.length > 1 && connected[order[1]] && peer.isMute(order[0], now)) {
            peer.avoid(order[0], now);
            order = sorted(peer, now);
        }
        peer.sent(order[0], now);
        return order;
    }

    /** Where a peer is, in the same order; empty if it is nowhere. */
    synchronized int[] of(String member) {
        Peer peer = peers.get(member);
        return peer == null
                ? new int[0]
                : Arrays.stream(sorted(peer, nanoTime.getAsLong()))
                        .filter(each -> connected[each] && peer.isPresent(each))
                        .toArray();
    }

    private int[] sorted(Peer peer, long now) {
        int[] keys = new int[connected.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = rank(peer, i, now) * keys.length + i;
        }
        Arrays.sort(keys);
        for (int i = 0; i < keys.length; i++) {
            keys[i] %= keys.length;
        }
        return keys;
    }

    private int rank(Peer peer, int network, long now) {
        return (connected[network] ? 0 : 8)
                + (peer.isThere(network) ? 0 : 4)
                + (peer.isRelayed(network) ? 2 : 0)
                + (peer.isAvoided(network, now) ? 1 : 0);
    }

    private Peer peer(String name) {
        Peer known = peers.get(name);
        if (known == null) {
            known = new Peer(connected.length);
            peers.put(name, known);
        }
        return known;
    }
}
