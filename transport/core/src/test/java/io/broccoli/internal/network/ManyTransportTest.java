package io.broccoli.internal.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ManyTransportTest {

    private final Told first = new Told();
    private final Told second = new Told();
    private final ManyTransport many =
            new ManyTransport(List.of(first, second), status -> false, status -> false, System::nanoTime);

    /** A network that writes down what it is told. */
    private static final class Told implements Transport {
        final List<String> announced = new ArrayList<>();
        /** Happens once, just before something is announced. */
        Runnable meanwhile = () -> {};

        Receiver receiver = NOBODY;

        @Override
        public void start(byte @Nullable [] will, Receiver hearing) {
            receiver = hearing;
        }

        @Override
        public Mono<Void> send(String to, byte[] frame) {
            return Mono.empty();
        }

        @Override
        public Mono<Void> announce(byte[] status) {
            return Mono.fromRunnable(() -> {
                Runnable once = meanwhile;
                meanwhile = () -> {};
                once.run();
                announced.add(new String(status, StandardCharsets.UTF_8));
            });
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
            return 1_024;
        }
    }

    private static final Transport.Receiver NOBODY = new Transport.Receiver() {
        @Override
        public void frame(String from, byte[] frame) {}

        @Override
        public void presence(String member, byte[] status) {}

        @Override
        public void hello() {}

        @Override
        public void connected() {}

        @Override
        public void disconnected(Throwable cause) {}
    };

    private void announce(String status) {
        many.announce(status.getBytes(StandardCharsets.UTF_8)).subscribe();
    }

    @Test
    void theNewestAnnouncementIsTheLastOnEachNetworkWhateverHappensMeanwhile() {
        many.start(null, NOBODY);
        first.receiver.connected();
        first.meanwhile = () -> announce("new"); // by another thread, it could be
        announce("old");
        assertThat(first.announced).endsWith("new");
        second.meanwhile = () -> announce("newer");
        second.receiver.connected();
        assertThat(second.announced).endsWith("newer");
        assertThat(first.announced).endsWith("newer");
    }
}
