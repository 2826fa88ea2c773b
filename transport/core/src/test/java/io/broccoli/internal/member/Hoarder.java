package io.broccoli.internal.member;

import io.broccoli.frame.Frame;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A member that asks a node for all its places each second, and sends no task. */
final class Hoarder implements AutoCloseable {

    private static final int ALL = 65_000;

    private final Stranger stranger;
    private final String node;
    private final int weight;
    private long ctl;
    private int heard;

    Hoarder(World world, String name, String node, int weight) {
        this.stranger = new Stranger(world, name);
        this.node = node;
        this.weight = weight;
        world.time.schedulePeriodically(this::poll, 0, 1, TimeUnit.SECONDS);
        world.time.schedulePeriodically(this::answer, 1, 1, TimeUnit.MILLISECONDS);
        world.members.add(this);
    }

    private void poll() {
        long epoch =
                stranger.frames.isEmpty() ? 0 : stranger.last(Frame.Grant.class).linkEpoch();
        stranger.send(node, new Frame.Poll(1, epoch, ++ctl, ALL, new long[0], List.of(), 1 << 16, 0, weight));
    }

    /** A GRANT that says that its link was fenced is answered at once. */
    private void answer() {
        if (stranger.frames.size() > heard) {
            heard = stranger.frames.size();
            Frame.Grant grant = stranger.last(Frame.Grant.class);
            if (grant.limit() == 0) {
                poll();
                heard++; // the answer to that tells nothing new
            }
        }
    }

    @Override
    public void close() {
        stranger.close();
    }
}
