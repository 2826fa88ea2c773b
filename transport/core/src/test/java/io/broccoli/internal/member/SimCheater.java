package io.broccoli.internal.member;

import io.broccoli.frame.Body;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import io.broccoli.spi.Transport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A member that keeps to nothing until the faults end: it sends more tasks than it has credit for, in epochs that are over, some
 * twice, voids what it never had, and tells clients outcomes of what it is no node of.
 */
final class SimCheater implements Transport.Receiver {

    private static final long PAUSE = 60 * SimWorld.MILLI;

    private final SimWorld world;
    private final String name;
    private final Transport transport;
    private final Map<String, Frame.Grant> grants = new HashMap<>();
    private byte @Nullable [] last;
    private long ctl;
    private long epoch = 1;

    SimCheater(SimWorld world, String name) {
        this.world = world;
        this.name = name;
        this.transport = world.transport(name, world.fate);
        world.cheated = true;
        transport.start(null, this);
        world.fate.after(PAUSE, this::cheat);
    }

    private void cheat() {
        SimNode node = world.any(world.nodes);
        if (world.chance(0.1)) {
            SimClient client = world.any(world.clients);
            send(
                    client.name,
                    new Frame.Results(
                            world.epoch(),
                            1L << 40,
                            1,
                            1_000_000,
                            5,
                            List.of(new Frame.Result(
                                    world.between(1, 50), Frame.ResultStatus.SUCCESS, world.payloads.encode(13)))));
        } else if (last != null && world.chance(0.2)) {
            transport.send(node.name, last).subscribe(sent -> {}, failed -> world.trace(name, failed));
        } else {
            send(node.name, frame(grants.get(node.name)));
        }
        if (world.clock.now() < world.calmAt) {
            world.fate.after(PAUSE, this::cheat);
        }
    }

    private void send(String to, Frame frame) {
        byte[] encoded = world.frames.encode(frame, false);
        last = encoded;
        transport.send(to, encoded).subscribe(sent -> {}, failed -> world.trace(name, failed));
    }

    private Frame frame(Frame.@Nullable Grant granted) {
        long known = granted == null ? 0 : granted.linkEpoch();
        long limit = granted == null ? 0 : granted.limit();
        long linkEpoch = world.any(List.of(known, known, known, known, known - 1, known + 1, -known, 0L));
        ctl = world.chance(0.05) ? world.between(0, 1_000) : ctl + 1;
        epoch += world.chance(0.02) ? world.between(-1, 2) : 0;
        int want = world.any(List.of(0, 3, 1_000_000));
        switch (world.between(0, 4)) {
            case 0, 1 -> {
                long[] open = {1, limit, limit + 5};
                return new Frame.Poll(
                        epoch,
                        linkEpoch,
                        ctl,
                        want,
                        open,
                        List.of(new Frame.ItemAsk(limit, 1 << 20, 1 << 20)),
                        65_536,
                        0,
                        world.any(List.of(-1, 1, 1_000_000)));
            }
            case 2 -> {
                long first = Math.max(1, limit - 3);
                return new Frame.Cancel(
                        epoch, linkEpoch, ctl, want, new SeqRanges(0, first, first + world.between(0, 3_000)));
            }
            default -> {
                long first = Math.max(1, limit + world.between(-4, 3));
                List<Payload> bodies = new ArrayList<>(Collections.nCopies(world.between(1, 12), body()));
                return new Frame.Tasks(epoch, linkEpoch, ctl, want, first, 1, bodies);
            }
        }
    }

    private Payload body() {
        Body body = new Body.Call(
                world.any(List.of(1, 1, 4, 99)),
                List.of(SimTasks.NOBODY, world.between(0, 100)),
                Map.of(),
                Body.Headers.NONE);
        return world.chance(0.2) ? Payload.of(new byte[] {(byte) 0xc1, 7}) : world.payloads.encodeBody(body);
    }

    @Override
    public void frame(String from, byte[] frame) {
        if (world.frames.decode(frame) instanceof Frame.Grant grant) {
            grants.put(from, grant);
        }
    }

    @Override
    public void presence(String member, byte[] status) {}

    @Override
    public void hello() {}

    @Override
    public void connected() {}

    @Override
    public void disconnected(Throwable cause) {
        world.trace(name, cause);
    }
}
