package io.broccoli.dispatch;

import io.broccoli.frame.Frame;
import io.broccoli.spi.FrameCodec;
import io.broccoli.spi.Transport;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Sends a member's frames, and counts them. Belongs to the member's serial executor. */
final class Wire {

    private static final Logger LOG = Loggers.getLogger(Wire.class);

    /** Frames of control to one peer that may be under way; more are dropped, and announced again by the protocol. */
    static final int MAX_CONTROL = 64;

    private final Transport transport;
    private final FrameCodec codec;
    private final Executor loop;
    private final Map<String, Integer> controls = new HashMap<>();
    private long frames;
    private long bytes;
    private long dropped;
    private int underWay;
    private final Sinks.Empty<Void> flushed = Sinks.empty();
    private boolean flushing;

    Wire(Transport transport, FrameCodec codec, Executor loop) {
        this.transport = transport;
        this.codec = codec;
        this.loop = loop;
    }

    /** Sends data; {@code done} runs on the executor when it left, or is known not to have. */
    void send(String to, Frame frame, int features, Runnable done) {
        byte[] encoded = codec.encode(frame, (features & Frame.COLUMNS) != 0);
        frames++;
        bytes += encoded.length;
        underWay++;
        transport.send(to, encoded).subscribe(new Done(to, loop, () -> {
            underWay--;
            done.run();
            flushed();
        }));
    }

    /** Completes when nothing is under way any more. */
    Mono<Void> flush() {
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
    void control(String to, Frame frame) {
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

    int entryBytes() {
        return codec.entryBytes();
    }

    int itemRunBytes() {
        return codec.itemRunBytes();
    }

    /** What a frame to a peer leaves for its entries, in bytes. */
    int room(int maxFrame) {
        return Math.min(maxFrame, transport.maxFrame()) - codec.headerBytes();
    }

    int maxFrame() {
        return transport.maxFrame();
    }

    long frames() {
        return frames;
    }

    long bytes() {
        return bytes;
    }

    long dropped() {
        return dropped;
    }

    private record Done(String to, Executor loop, Runnable done) implements CoreSubscriber<Void> {

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Void nothing) {}

        @Override
        public void onError(Throwable failed) {
            LOG.debug("A frame to {} was not sent: {}", to, failed.toString()); // the protocol sends it again
            loop.execute(done);
        }

        @Override
        public void onComplete() {
            loop.execute(done);
        }
    }
}
