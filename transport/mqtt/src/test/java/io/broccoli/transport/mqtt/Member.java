package io.broccoli.transport.mqtt;

import static org.awaitility.Awaitility.await;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A transport with a receiver that writes down what it hears. */
final class Member implements Transport.Receiver, AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(30);

    final Transport transport;
    final String name;
    final List<String> frames = new CopyOnWriteArrayList<>();
    final List<byte[]> payloads = new CopyOnWriteArrayList<>();
    final Map<String, String> presences = new ConcurrentHashMap<>();
    final AtomicInteger hellos = new AtomicInteger();
    /** Presences that came before the connection. */
    final AtomicInteger early = new AtomicInteger();

    final AtomicInteger connections = new AtomicInteger();
    final List<Throwable> disconnections = new CopyOnWriteArrayList<>();
    final List<Thread> threads = new CopyOnWriteArrayList<>();

    Member(URI uri, String cluster, String name, ConnectOptions options) {
        this.name = name;
        transport = new MqttTransportProvider().open(uri, cluster, name, options);
    }

    static Member of(int port, String cluster, String name) {
        return new Member(URI.create("mqtt://127.0.0.1:" + port), cluster, name, ConnectOptions.DEFAULTS);
    }

    Member start(@Nullable String will) {
        transport.start(will == null ? null : bytes(will), this);
        return this;
    }

    Member joined() {
        await().atMost(SOON).until(() -> connections.get() > 0);
        return this;
    }

    /** Sends and waits for the result. */
    void send(Member to, String text) {
        transport.send(to.name, bytes(text)).block(SOON);
    }

    Throwable firstDisconnection() {
        await().atMost(SOON).until(() -> !disconnections.isEmpty());
        return disconnections.get(0);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void frame(String from, byte[] frame) {
        if (frame.length < 1_000) {
            frames.add(from + ": " + new String(frame, StandardCharsets.UTF_8));
        } else {
            payloads.add(frame);
        }
    }

    @Override
    public void presence(String member, byte[] status) {
        if (connections.get() == 0) {
            early.incrementAndGet();
        }
        presences.put(member, new String(status, StandardCharsets.UTF_8));
    }

    @Override
    public void hello() {
        hellos.incrementAndGet();
    }

    @Override
    public void connected() {
        threads.add(Thread.currentThread());
        connections.incrementAndGet();
    }

    @Override
    public void disconnected(Throwable cause) {
        threads.add(Thread.currentThread());
        disconnections.add(cause);
    }

    @Override
    public void close() {
        transport.close(false).block(Duration.ofSeconds(6));
    }
}
