package io.broccoli.internal.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.frame.Frame;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.Carrier;
import io.broccoli.spi.Transport;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a member sends while its transport is slow. */
class WireTest {

    private static final int CONTROL = 64; // frames of control that may be under way to one peer

    private final Slow transport = new Slow();
    private final Wire wire = new Wire(
            new Carrier(
                    transport,
                    Boundary.of(new MessagePackPayloadCodec(), error -> {}).guard()),
            new MessagePackFrameCodec(),
            Runnable::run,
            System::nanoTime);

    /** Frames are under way until they are told to have left. */
    private static final class Slow implements Transport {
        final Map<String, List<Sinks.Empty<Void>>> underWay = new HashMap<>();

        List<Sinks.Empty<Void>> to(String peer) {
            return underWay.computeIfAbsent(peer, each -> new ArrayList<>());
        }

        @Override
        public Mono<Void> send(String to, byte[] frame) {
            Sinks.Empty<Void> left = Sinks.empty();
            to(to).add(left);
            return left.asMono();
        }

        @Override
        public void start(byte @org.jspecify.annotations.Nullable [] will, Receiver receiver) {}

        @Override
        public Mono<Void> announce(byte[] status) {
            return Mono.empty();
        }

        @Override
        public Mono<Void> hello() {
            return Mono.empty();
        }

        @Override
        public Mono<Void> close(boolean forget) {
            return Mono.empty();
        }

        @Override
        public int maxFrame() {
            return 65_536;
        }
    }

    private void control(String to, int frames) {
        for (int i = 0; i < frames; i++) {
            wire.control(to, new Frame.Bye(i));
        }
    }

    @Test
    void framesOfControlThatAPeerDoesNotTakeAreBoundedForEachPeer() {
        control("slow", 1_000);
        assertThat(transport.to("slow")).hasSize(CONTROL);
        assertThat(wire.dropped()).isEqualTo(1_000 - CONTROL);
        control("another", 1);
        assertThat(transport.to("another")).hasSize(1);
    }

    @Test
    void eachThatLeftMakesRoomForOneMore() {
        control("slow", CONTROL + 1);
        transport.to("slow").get(0).tryEmitEmpty();
        transport.to("slow").get(1).tryEmitError(new IllegalStateException("lost"));
        control("slow", 10);
        assertThat(transport.to("slow")).hasSize(CONTROL + 2);
        assertThat(wire.dropped()).isEqualTo(1 + 8);
    }

    @Test
    void otherFramesAreHeldBackByTheirOwnBounds() {
        control("slow", 2 * CONTROL);
        List<String> left = new ArrayList<>();
        wire.send("slow", new Frame.Bye(1), 0, () -> left.add("it"));
        assertThat(transport.to("slow")).hasSize(CONTROL + 1);
        transport.to("slow").get(CONTROL).tryEmitEmpty();
        assertThat(left).containsExactly("it");
    }
}
