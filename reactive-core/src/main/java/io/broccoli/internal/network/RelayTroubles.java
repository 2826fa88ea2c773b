package io.broccoli.internal.network;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Says in the log why a relay does not stand in for a member, once for each. Guarded by the relay. */
public final class RelayTroubles {

    /** Names come from the network: of more than that the one that came first is forgotten. */
    private static final int MOST_NAMES = 256;

    /** In a sweep: who makes up names must not fill the log. The others are named later. */
    private static final int MOST_LINES = 16;

    /** A stand-in that is lost so often in so many sweeps is thrown out by somebody. */
    private static final int MANY_LOSSES = 3;

    private static final int SWEEPS = 6;
    private static final Logger LOG = Loggers.getLogger(RelayTroubles.class);

    private final String relay;
    private final Set<String> strangers = new LinkedHashSet<>();
    private final Map<String, Integer> losses = new LinkedHashMap<>();
    private int sweeps;
    private int lines; // since the last one
    private boolean full;

    public RelayTroubles(String relay) {
        this.relay = relay;
    }

    /** The relay has passwords of members, and none of this one. */
    public void noPassword(String member, RelaySide home, RelaySide on) {
        if (lines < MOST_LINES && strangers.add(member)) {
            lines++;
            if (strangers.size() > MOST_NAMES) {
                strangers.remove(strangers.iterator().next());
            }
            LOG.error(
                    "{}: has no password of member '{}', which is on {}: it is not stood in for, and nobody on {} reaches"
                            + " it. Add one to the credentials, and start the relay again",
                    relay,
                    member,
                    home,
                    on);
        }
    }

    /** It stands in for as many members on a network as it may. */
    public void full(RelaySide on, int most) {
        if (!full) {
            LOG.warn(
                    "{}: stands in for {} members on {}, the maximum; frames of further members are dropped",
                    relay,
                    most,
                    on);
        }
        full = true;
    }

    /** One of them left. */
    public void hasRoom() {
        full = false;
    }

    /** A stand-in could not connect. If its whole network cannot be reached, that has been said. */
    public void refused(StandIn standIn, Throwable cause) {
        if (!standIn.on.isTold) {
            LOG.error(
                    "{}: cannot connect in the name of '{}' on {}, and tries again: {}",
                    relay,
                    standIn.member,
                    standIn.on,
                    String.valueOf(cause.getMessage()));
        }
    }

    /** The connection of a stand-in ended. */
    public void lost(StandIn standIn) {
        if (standIn.on.isTold) {
            return;
        }
        int lost = losses.merge(standIn.member, 1, Integer::sum);
        if (losses.size() > MOST_NAMES) {
            losses.remove(losses.keySet().iterator().next());
        }
        if (lost == MANY_LOSSES) {
            LOG.error(
                    "{}: the connection in the name of '{}' on {} was ended {} times: most likely another process uses the"
                            + " name too. One user is one member at a time: run one relay between two networks",
                    relay,
                    standIn.member,
                    standIn.on,
                    MANY_LOSSES);
        }
    }

    /** Some time passed. */
    public void sweep() {
        lines = 0;
        if (++sweeps % SWEEPS == 0) {
            losses.clear();
        }
    }
}
