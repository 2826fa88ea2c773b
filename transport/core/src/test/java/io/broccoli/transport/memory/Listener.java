package io.broccoli.transport.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A member that writes down what it hears; statuses and frames are text here. */
final class Listener implements Transport.Receiver {
    final Transport transport;
    final Queue<String> heard = new ConcurrentLinkedQueue<>();
    volatile BiConsumer<String, byte[]> onFrame = (from, frame) -> {};

    Listener(TransportProvider provider, String member) {
        transport = provider.open(URI.create("memory:test"), "cluster", member, ConnectOptions.DEFAULTS);
    }

    Listener start(@Nullable String will) {
        transport.start(will == null ? null : will.getBytes(UTF_8), this);
        return this;
    }

    void send(String to, String frame) {
        transport.send(to, frame.getBytes(UTF_8)).block();
    }

    void announce(String status) {
        transport.announce(status.getBytes(UTF_8)).subscribe();
    }

    /** What was heard since the last call. */
    List<String> news() {
        List<String> news = List.copyOf(heard);
        heard.clear();
        return news;
    }

    @Override
    public void frame(String from, byte[] frame) {
        heard.add(from + ":" + new String(frame, UTF_8));
        onFrame.accept(from, frame);
    }

    @Override
    public void presence(String member, byte[] status) {
        heard.add(member + "=" + new String(status, UTF_8));
    }

    @Override
    public void hello() {
        heard.add("hello");
    }

    @Override
    public void connected() {
        heard.add("connected");
    }

    @Override
    public void disconnected(Throwable cause) {
        heard.add("disconnected: " + cause.getMessage());
    }
}
