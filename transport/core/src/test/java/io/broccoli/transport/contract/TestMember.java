package io.broccoli.transport.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A transport with a receiver that writes down what it hears. */
public class TestMember implements Transport.Receiver, AutoCloseable {

    /** A frame that is not written down with the others. */
    static final String GREETING = "meet";

    private static final int LONG_FRAME = 1_000;

    public final Transport transport;
    public final String name;
    public final List<String> frames = new CopyOnWriteArrayList<>();
    public final List<byte[]> payloads = new CopyOnWriteArrayList<>();
    /** Of whom a greeting came. */
    final Set<String> greeters = ConcurrentHashMap.newKeySet();

    public final Map<String, String> presences = new ConcurrentHashMap<>();
    public final AtomicInteger hellos = new AtomicInteger();
    /** Presences that came before the connection. */
    public final AtomicInteger early = new AtomicInteger();

    public final AtomicInteger connections = new AtomicInteger();
    public final List<Throwable> disconnections = new CopyOnWriteArrayList<>();
    /** On which it was called. */
    public final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    /** Calls that came while another one was under way. */
    public final AtomicInteger overlaps = new AtomicInteger();
    /** What is done with each frame beside writing it down. */
    public volatile Consumer<String> onFrame = frame -> {};
    /** Whether it says that it has no room. */
    public volatile boolean full;

    private volatile byte @Nullable [] announced;
    private final AtomicInteger inside = new AtomicInteger();

    public TestMember(Transport transport, String name) {
        this.transport = transport;
        this.name = name;
    }

    public TestMember start(@Nullable String will) {
        transport.start(will == null ? null : bytes(will), this);
        return this;
    }

    public TestMember joined() {
        Soon.holds(() -> assertThat(connections.get())
                .as("connections of %s, which heard %s", name, disconnections)
                .isPositive());
        return this;
    }

    /** Sends and waits for the result. */
    public void send(TestMember to, String text) {
        transport.send(to.name, bytes(text)).block(Soon.MOST);
    }

    public void announce(String status) {
        byte[] bytes = bytes(status);
        announced = bytes;
        transport.announce(bytes).block(Soon.MOST);
    }

    public Throwable firstDisconnection() {
        Soon.holds(() -> assertThat(disconnections).isNotEmpty());
        return disconnections.get(0);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void frame(String from, byte[] frame) {
        heard(() -> {
            if (frame.length < LONG_FRAME) {
                String text = from + ": " + new String(frame, StandardCharsets.UTF_8);
                if (text.endsWith(GREETING)) {
                    greeters.add(from);
                } else {
                    frames.add(text);
                    onFrame.accept(text);
                }
            } else {
                payloads.add(frame);
            }
        });
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public void presence(String member, byte[] status) {
        heard(() -> {
            if (connections.get() == 0) {
                early.incrementAndGet();
            }
            presences.put(member, new String(status, StandardCharsets.UTF_8));
        });
    }

    @Override
    public void hello() {
        heard(hellos::incrementAndGet);
    }

    @Override
    public void connected() {
        heard(() -> {
            connections.incrementAndGet();
            byte[] status = announced;
            if (status != null) { // as every member does
                transport.announce(status).subscribe(null, error -> {});
            }
        });
    }

    @Override
    public void disconnected(Throwable cause) {
        heard(() -> {
            disconnections.add(cause);
        });
    }

    private void heard(Runnable call) {
        threads.add(Thread.currentThread());
        if (inside.getAndIncrement() > 0) {
            overlaps.incrementAndGet();
        }
        try {
            call.run();
        } finally {
            inside.decrementAndGet();
        }
    }

    @Override
    public void close() {
        transport.close(false).block(Duration.ofSeconds(6));
    }
}
