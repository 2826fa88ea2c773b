package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A producer that keeps to nothing: nodes must stay within their bounds, and serve the others. */
final class Cheater extends Member {

    private static final long PAUSE = 100 * World.MILLI;

    private final List<SimNode> nodes;
    private final long until;
    private long ctl;
    private long epoch = 1;

    /** @param until seconds */
    Cheater(World world, String name, List<SimNode> nodes, int until) {
        super(world, name);
        this.nodes = nodes;
        this.until = until * World.SECOND;
        timer(PAUSE, this::cheat);
    }

    @Override
    void receive(String from, Frame frame) {}

    private void cheat() {
        SimNode node = world.any(nodes);
        Account mine = node.ledger.account(name);
        long limit = mine == null ? 0 : mine.limit;
        ctl = world.random.nextInt(20) == 0 ? world.any(List.of(Long.MIN_VALUE, 0L, 1L << 60)) : ctl + 1;
        epoch += world.random.nextInt(30) == 0 ? world.any(List.of(-1, 1, 5)) : 0;
        int want = world.any(List.of(0, 3, 1_000_000_000, Integer.MIN_VALUE));
        world.network.send(name, node.name, frame(node, mine == null ? 0 : mine.linkEpoch, limit, want));
        if (world.now < until) {
            timer(PAUSE, this::cheat);
        }
    }

    private Frame frame(SimNode node, long linkEpoch, long limit, int want) {
        long forged =
                world.any(List.of(linkEpoch, linkEpoch, linkEpoch, -linkEpoch, 0L, linkEpoch + 1, someOther(node)));
        switch (world.random.nextInt(4)) {
            case 0 -> {
                long[] open = {Long.MIN_VALUE, -5, 0, 1, limit, limit + 5, Long.MAX_VALUE};
                return new Frame.Poll(epoch, forged, ctl, want, open, List.of(), want, want, want);
            }
            case 1 -> {
                long first = limit + world.any(List.of(-3000L, -2L, 0L, 1L, 3L, Long.MAX_VALUE - 5 - limit));
                SeqRanges ranges = first < 1
                        ? new SeqRanges(world.any(List.of(0L, 1L, limit, 1L << 40)))
                        : new SeqRanges(0, first, Math.max(first, first + world.any(List.of(0, 10, 3000, 1 << 20))));
                return new Frame.Cancel(epoch, forged, ctl, want, ranges);
            }
            default -> {
                int count = 1 + world.random.nextInt(9);
                List<Payload> bodies = new ArrayList<>(Collections.nCopies(count, SimBody.JUNK.encode()));
                bodies.set(world.random.nextInt(count), null);
                long first = world.any(List.of(limit - 2, limit, limit + 1, limit + 3, -4L, Long.MAX_VALUE - 2));
                return new Frame.Tasks(epoch, forged, ctl, want, first, Long.MAX_VALUE, bodies);
            }
        }
    }

    /** The epoch of somebody else's link. */
    private long someOther(SimNode node) {
        SimProducer producer = world.any(world.producers);
        Account other = node.ledger.account(producer.name);
        return other == null ? 7 : other.linkEpoch;
    }
}
