package io.broccoli.internal.network;

import java.util.concurrent.TimeUnit;

/**
 * On which networks a peer can be reached. Guarded by {@link Routes}.
 *
 * <p>A peer is on a network where its presence says so, and, since clients have no presence, where frames of it came. A network
 * over which much was sent to it and nothing came back is {@linkplain #isMute mute}, and avoided for a while.
 */
final class Peer {

    /** Frames were sent for so long, and none came back. */
    static final long MUTE = TimeUnit.SECONDS.toNanos(1);

    /** After such a pause, silence says nothing any more: there was nothing to answer. */
    static final long IDLE = TimeUnit.SECONDS.toNanos(2);

    /** So long is a mute network avoided, unless a frame comes over it. */
    static final long AVOID = TimeUnit.SECONDS.toNanos(10);

    private static final class Way {
        boolean present;
        boolean relayed;
        boolean heard;
        boolean waiting; // for an answer
        long waitingSince;
        long sentAt;
        boolean avoided;
        long avoidedSince;
    }

    private final Way[] ways;

    Peer(int networks) {
        ways = new Way[networks];
        for (int i = 0; i < networks; i++) {
            ways[i] = new Way();
        }
    }

    void present(int network, boolean value, boolean relayed) {
        Way way = ways[network];
        way.present = value;
        way.relayed = value && relayed;
        if (!value) {
            way.heard = false;
        }
    }

    boolean isPresent(int network) {
        return ways[network].present;
    }

    void heard(int network) {
        Way way = ways[network];
        way.heard = true;
        way.waiting = false;
        way.avoided = false;
    }

    /** The network was lost, or is new: what was known of it is old. */
    void forget(int network) {
        ways[network] = new Way();
    }

    boolean isThere(int network) {
        return ways[network].present || ways[network].heard;
    }

    boolean isRelayed(int network) {
        return ways[network].relayed;
    }

    boolean isAvoided(int network, long now) {
        Way way = ways[network];
        return way.avoided && now - way.avoidedSince < AVOID;
    }

    boolean isMute(int network, long now) {
        Way way = ways[network];
        return isThere(network) && way.waiting && now - way.sentAt < IDLE && now - way.waitingSince > MUTE;
    }

    void avoid(int network, long now) {
        Way way = ways[network];
        way.heard = false; // so that who has no presence is looked for elsewhere first
        way.waiting = false;
        way.avoided = true;
        way.avoidedSince = now;
    }

    void sent(int network, long now) {
        Way way = ways[network];
        if (!way.waiting || now - way.sentAt >= IDLE) {
            way.waiting = true;
            way.waitingSince = now;
        }
        way.sentAt = now;
    }
}
