package io.broccoli.examples;

import io.broccoli.frame.Body;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Carries a member's frames over another transport, and keeps its tasks while it is told to, as whoever runs a broker may do. */
final class Recorder implements TransportProvider {

    private static final int ENOUGH = 10_000;

    private final TransportProvider provider;
    private final List<byte[]> frames = new CopyOnWriteArrayList<>();
    private volatile boolean records;

    Recorder(TransportProvider provider) {
        this.provider = provider;
    }

    /** Forgets what it has, and begins or ends. */
    void records(boolean value) {
        if (value) {
            frames.clear();
        }
        records = value;
    }

    /** The frames with tasks. */
    List<Frame.Tasks> tasks() {
        MessagePackFrameCodec codec = new MessagePackFrameCodec();
        return frames.stream()
                .map(codec::decode)
                .filter(Frame.Tasks.class::isInstance)
                .map(Frame.Tasks.class::cast)
                .toList();
    }

    /** The calls in them. */
    List<Body.Call> calls() {
        MessagePackPayloadCodec codec = new MessagePackPayloadCodec();
        List<Body.Call> calls = new ArrayList<>();
        for (Frame.Tasks each : tasks()) {
            for (@Nullable Payload body : each.bodies()) {
                if (body != null && codec.decodeBody(body) instanceof Body.Call call) {
                    calls.add(call);
                }
            }
        }
        return calls;
    }

    @Override
    public Set<String> schemes() {
        return provider.schemes();
    }

    @Override
    public Transport open(URI uri, String cluster, String member, ConnectOptions options) {
        return new Tap(provider.open(uri, cluster, member, options));
    }

    private final class Tap implements Transport {

        private final Transport transport;

        Tap(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void start(byte @Nullable [] will, Receiver receiver) {
            transport.start(will, receiver);
        }

        @Override
        public Mono<Void> send(String to, byte[] frame) {
            if (records && frames.size() < ENOUGH) {
                frames.add(frame.clone());
            }
            return transport.send(to, frame);
        }

        @Override
        public Mono<Void> announce(byte[] status) {
            return transport.announce(status);
        }

        @Override
        public Mono<Void> hello() {
            return transport.hello();
        }

        @Override
        public Mono<Void> close(boolean forget) {
            return transport.close(forget);
        }

        @Override
        public int[] networksOf(String member) {
            return transport.networksOf(member);
        }

        @Override
        public String requirements(String member) {
            return transport.requirements(member);
        }

        @Override
        public int maxFrame() {
            return transport.maxFrame();
        }
    }
}
