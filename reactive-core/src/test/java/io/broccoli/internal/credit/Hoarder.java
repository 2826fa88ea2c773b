package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A producer that wants all places and uses none, or hardly any: what others get is what nodes do not let it have. */
final class Hoarder extends Member {

    private static final int ALL = 65_000;

    private final List<SimNode> nodes;
    private final Way way;
    private final Map<String, Frame.Grant> grants = new HashMap<>();
    private long ctl;
    private long epoch = 1;

    /** How it tries to keep what it has. */
    enum Way {
        /** It only asks, and answers each new link at once. */
        ASKS,
        /** It gives all back each second, and asks for it again in the same frame. */
        VOIDS,
        /** It begins a new life each second. */
        BEGINS_ANEW,
        /** It sends one task now and then. */
        DRIBBLES,
        /** It sends tasks of links that are over, as if it were only slow. */
        PRETENDS_TO_BE_SLOW
    }

    Hoarder(World world, String name, List<SimNode> nodes, Way way) {
        super(world, name);
        this.nodes = nodes;
        this.way = way;
        timer((long) (world.random.nextDouble() * World.SECOND), this::eachSecond);
    }

    @Override
    void receive(String from, Frame frame) {
        if (frame instanceof Frame.Grant grant && !isOver()) {
            Frame.Grant before = grants.put(from, grant);
            if (before == null || before.linkEpoch() != grant.linkEpoch()) {
                if (before != null && way == Way.PRETENDS_TO_BE_SLOW) {
                    send(from, tasks(before, before.limit()));
                }
                poll(from);
            }
        }
    }

    private void eachSecond() {
        if (isOver()) {
            return;
        }
        epoch += way == Way.BEGINS_ANEW ? 1 : 0;
        for (SimNode node : nodes) {
            Frame.Grant grant = grants.get(node.name);
            if (grant != null && way == Way.VOIDS) {
                send(node.name, new Frame.Cancel(epoch, grant.linkEpoch(), ++ctl, ALL, new SeqRanges(grant.limit())));
            } else if (grant != null && way == Way.DRIBBLES) {
                send(node.name, tasks(grant, grant.seen().floor() + 1));
            }
            poll(node.name);
        }
        timer(World.SECOND, this::eachSecond);
    }

    /** When those who keep to the protocol have ended. */
    private boolean isOver() {
        return world.producers.stream().allMatch(producer -> !producer.alive || producer.isOver());
    }

    private Frame.Tasks tasks(Frame.Grant grant, long seq) {
        List<@Nullable Payload> bodies = new ArrayList<>(List.of(SimBody.JUNK.encode()));
        return new Frame.Tasks(epoch, grant.linkEpoch(), ++ctl, ALL, seq, seq, bodies);
    }

    private void poll(String node) {
        Frame.Grant grant = grants.get(node);
        long link = grant == null || grant.producerEpoch() != epoch ? 0 : grant.linkEpoch();
        send(node, new Frame.Poll(epoch, link, ++ctl, ALL, new long[0], List.of(), 1 << 16, 0, 1));
    }

    private void send(String node, Frame frame) {
        world.network.send(name, node, frame);
    }
}
