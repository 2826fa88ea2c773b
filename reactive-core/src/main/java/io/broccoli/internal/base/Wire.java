package io.broccoli.internal.base;

import io.broccoli.frame.Frame;
import io.broccoli.internal.boundary.Carrier;
import io.broccoli.spi.FrameCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Sends a member's frames, and counts them. Belongs to the member's serial executor. */
public final class Wire {

    private static final Logger LOG = Loggers.getLogger(Wire.class);

    /** Frames of control to one peer that may be under way; more are dropped, and announced again by the protocol. */
    static final int MAX_CONTROL = 64;

    private final Carrier carrier;
    private final FrameCodec codec;
    private final Executor loop;
    private final LongSupplier clock;
    private final Cuts cuts = new Cuts();
    private final Map<String, Integer> controls = new HashMap<>();
    private long frames;
    private long bytes;
    private long dropped;
    private int underWay;
    private final Sinks.Empty<Void> flushed = Sinks.empty();
    private boolean flushing;
    private boolean limitTold;

    /** @param clock nanoseconds */
    public Wire(Carrier carrier, FrameCodec codec, Executor loop, LongSupplier clock) {
        this.carrier = carrier;
        this.codec = codec;
        this.loop = loop;
        this.clock = clock;
    }

    /** Sends data; {@code done} runs on the executor when it left, or is known not to have. */
    public void send(String to, Frame frame, int features, Runnable done) {
        byte[] encoded = codec.encode(frame, (features & Frame.COLUMNS) != 0);
        frames++;
        bytes += encoded.length;
        if (encoded.length > FrameLimit.LEAST) {
            cuts.sent(encoded.length, clock.getAsLong());
        }
        underWay++;
        carrier.send(to, encoded, new Sending(to, done));
    }

    /** A frame under way. */
    private final class Sending implements Consumer<@Nullable String>, Runnable {
        private final String to;
        private final Runnable done;

        Sending(String to, Runnable done) {
            this.to = to;
            this.done = done;
        }

        @Override
        public void accept(@Nullable String why) {
            if (why != null) {
                LOG.debug("A frame to {} was not sent: {}", to, why); // the protocol sends it again
            }
            loop.execute(this);
        }

        @Override
        public void run() {
            underWay--;
            done.run();
            flushed();
        }
    }

    /** Completes when nothing is under way any more. */
    public Mono<Void> flush() {
        loop.execute(() -> {
            flushing = true;
            flushed();
        });
        return flushed.asMono();
    }

    private void flushed() {
        if (flushing && underWay == 0) {
            flushed.tryEmitEmpty(); // once is enough
        }
    }

    /** Sends a frame of control, unless too many are under way to this peer. */
    public void control(String to, Frame frame) {
        int underWay = controls.merge(to, 1, Integer::sum);
        if (underWay > MAX_CONTROL) {
            dropped++;
            controlDone(to);
        } else {
            send(to, frame, 0, () -> controlDone(to));
        }
    }

    private void controlDone(String to) {
        controls.computeIfPresent(to, (peer, underWay) -> underWay == 1 ? null : underWay - 1);
    }

    // ---- sizes

    /** The connection stands. */
    public void connected() {
        cuts.connected();
    }

    /** The connection ended, or could not be made. */
    public void disconnected() {
        cuts.disconnected(clock.getAsLong());
    }

    public int entryBytes() {
        return codec.entryBytes();
    }

    public int itemRunBytes() {
        return codec.itemRunBytes();
    }

    /**
     * What the largest frame to a peer leaves for its entries, in bytes. From any thread.
     *
     * @param most the largest frame that the peer takes
     */
    public int room(int most) {
        return Math.min(Math.min(most, carrier.maxFrame()), cuts.limit().largest()) - codec.headerBytes();
    }

    /** What must be allowed elsewhere for frames to and from a member, in words; empty if nothing. */
    public String requirements(String member) {
        return carrier.requirements(member);
    }

    /** The same for frames to a member alone. From any thread. */
    public String requirementsTo(String member) {
        return carrier.requirementsTo(member);
    }

    /**
     * Up to how many bytes of entries a frame to a peer is to be filled; one entry may take as much as {@link #room} says.
     *
     * @param way to this peer
     */
    public int fill(String to, int most, FrameLimit way, long now) {
        int filled = Math.min(way.most(now), cuts.limit().most(now));
        if (way.isNew() || cuts.limit().isNew()) {
            tellLimit(to, filled);
        }
        return room(Math.min(most, filled));
    }

    /** Up to how many bytes a frame is filled, its head among them, if {@code most} may be. */
    public int frameLimit(int most, long now) {
        return Math.min(Math.min(most, carrier.maxFrame()), cuts.limit().most(now));
    }

    private void tellLimit(String to, int filled) {
        String message = "Larger frames to {} were lost while smaller ones arrived: a network between may have a limit."
                + " They have at most {} bytes from now on, until ten minutes have passed. Whoever knows the limit"
                + " sets maxFrame.";
        if (limitTold) {
            LOG.debug(message, to, filled);
        } else {
            limitTold = true;
            LOG.warn(message, to, filled);
        }
    }

    /** The largest frame that this member takes, in bytes. */
    public int maxFrame() {
        return carrier.maxFrame();
    }

    public long frames() {
        return frames;
    }

    public long bytes() {
        return bytes;
    }

    public long dropped() {
        return dropped;
    }
}
