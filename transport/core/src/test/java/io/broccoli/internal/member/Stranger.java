package io.broccoli.internal.member;

import io.broccoli.frame.Frame;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A member of which only the wire is seen; it says whatever the test wants it to say. */
final class Stranger implements Transport.Receiver, AutoCloseable {

    private final MessagePackFrameCodec codec = new MessagePackFrameCodec();
    final List<byte[]> frames = new ArrayList<>();
    final Transport transport;

    Stranger(World world, String name) {
        transport = world.network.open(URI.create("memory:world"), "default", name, ConnectOptions.DEFAULTS);
        transport.start(null, this);
    }

    void send(String to, Frame frame) {
        transport.send(to, codec.encode(frame, false)).subscribe();
    }

    /** The newest frame of a kind that came. */
    <F extends Frame> F last(Class<F> kind) {
        for (int i = frames.size() - 1; i >= 0; i--) {
            Frame frame = codec.decode(frames.get(i));
            if (kind.isInstance(frame)) {
                return kind.cast(frame);
            }
        }
        throw new AssertionError("no " + kind.getSimpleName() + " came");
    }

    @Override
    public void frame(String from, byte[] frame) {
        frames.add(frame);
    }

    @Override
    public void presence(String member, byte[] status) {}

    @Override
    public void hello() {}

    @Override
    public void connected() {}

    @Override
    public void disconnected(Throwable cause) {}

    @Override
    public void close() {
        transport.close(true).block();
    }
}
