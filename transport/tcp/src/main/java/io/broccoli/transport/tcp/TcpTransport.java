package io.broccoli.transport.tcp;

import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Carries frames between members without a broker: each keeps what it last announced, and says it to those who come.
 *
 * <p>Sends to a member to which there is no connection end with a {@link TcpConnectionException} at once, and so do those that were
 * under way when one was lost; nothing stale is sent later. Announcements wait for the first connection. The receiver is called, and
 * sends end, on one event loop: neither may block.
 */
final class TcpTransport implements Transport {

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(4);

    private final String name;
    private final TcpSettings settings;
    private final byte @Nullable [] secret;
    private final @Nullable Tls tls;
    private final String cluster;
    private final Duration timeout;
    private final boolean standIn;
    private final Mono<Void> closing;
    private final AtomicLong underWay = new AtomicLong(); // to itself, in bytes
    private @Nullable Executor loop; // under this object's lock
    private volatile @Nullable Mesh mesh;
    private volatile boolean closed;
    private volatile boolean forget;

    TcpTransport(TcpSettings settings, String cluster, String name, ConnectOptions options) {
        this.settings = settings;
        this.cluster = cluster;
        this.name = name;
        String password = options.password();
        secret = password == null || password.isEmpty() ? null : password.getBytes(StandardCharsets.UTF_8);
        tls = Tls.of(settings, options);
        timeout = options.connectTimeout();
        standIn = options.standIn();
        closing = Mono.defer(this::leave).cache();
    }

    @Override
    public synchronized void start(byte @Nullable [] will, Receiver receiver) {
        if (mesh != null || closed) {
            throw new IllegalStateException(closed ? "the transport is closed" : "the transport was started already");
        }
        if (will != null && will.length > Link.LONGEST_NOTICE) {
            throw new IllegalArgumentException(
                    "a will of " + will.length + " bytes; at most " + Link.LONGEST_NOTICE + " can be carried");
        }
        Loops.One one = Loops.acquire();
        long started = standIn ? 0 : System.currentTimeMillis(); // of two of one name the older one gives way
        Mesh made = new Mesh(new Mesh.Self(cluster, name, started), settings, secret, tls, timeout, one);
        loop = one.loop();
        mesh = made;
        one.loop().execute(() -> made.start(will, receiver));
    }

    @Override
    public Mono<Void> send(String to, byte[] frame) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                Delivery delivery = Delivery.of(frame, actual);
                actual.onSubscribe(delivery);
                deliver(to, delivery);
            }
        };
    }

    private void deliver(String to, Delivery delivery) {
        Mesh on = mesh;
        if (on == null || closed) {
            delivery.end(on == null ? Failures.notStarted(name) : Failures.closed(name));
            return;
        }
        Link link = on.link(to);
        int most = link == null ? settings.maxFrame() : link.maxFrame();
        if (delivery.body.length > most) {
            delivery.end(new IllegalArgumentException("a frame of " + delivery.body.length + " bytes to '" + to
                    + "'; at most " + most + " can be carried"));
        } else if (link != null) {
            link.accept(delivery);
        } else if (to.equals(name)) {
            toItself(on, delivery);
        } else {
            delivery.end(Failures.notConnected(to));
        }
    }

    /** As much may wait as for any other member. */
    private void toItself(Mesh on, Delivery delivery) {
        long capacity = Outbox.capacity(settings.maxFrame());
        if (underWay.addAndGet(delivery.cost()) > capacity) {
            underWay.addAndGet(-delivery.cost());
            delivery.end(new OutboxFullException(name, capacity));
            return;
        }
        boolean taken = onLoop(() -> {
            underWay.addAndGet(-delivery.cost());
            on.loopback(delivery.body);
            delivery.end(null);
        });
        if (!taken) {
            delivery.end(Failures.closed(name));
        }
    }

    @Override
    public Mono<Void> announce(byte[] status) {
        return Mono.create(sink -> announce(status.clone(), sink));
    }

    private void announce(byte[] status, MonoSink<Void> sink) {
        Mesh on = mesh;
        if (status.length > Link.LONGEST_NOTICE) {
            sink.error(new IllegalArgumentException("an announcement of " + status.length + " bytes; at most "
                    + Link.LONGEST_NOTICE + " can be carried"));
        } else if (on == null || closed || !onLoop(() -> on.announce(status, sink))) {
            sink.error(on == null ? Failures.notStarted(name) : Failures.closed(name));
        }
    }

    /** It completes when it is on its way to all members that there are. */
    @Override
    public Mono<Void> hello() {
        return Mono.defer(() -> {
            Mesh on = mesh;
            if (on == null || closed || !onLoop(on::call)) {
                return Mono.error(on == null ? Failures.notStarted(name) : Failures.closed(name));
            }
            return Mono.empty();
        });
    }

    @Override
    public Mono<Void> close(boolean forget) {
        return Mono.defer(() -> {
            this.forget |= forget;
            return closing;
        });
    }

    private Mono<Void> leave() {
        Mesh on;
        synchronized (this) {
            closed = true;
            on = mesh;
        }
        if (on == null) {
            return Mono.empty();
        }
        return Mono.<Void>create(sink -> onLoop(
                        () -> on.close(forget, Failures.closed(name)).subscribe(null, sink::error, sink::success)))
                .timeout(LONGEST_CLOSE)
                .onErrorResume(late -> {
                    onLoop(on::abort);
                    return Mono.empty();
                })
                .doOnTerminate(Loops::release);
    }

    private boolean onLoop(Runnable task) {
        Executor on;
        synchronized (this) {
            on = loop;
        }
        if (on == null) {
            return false;
        }
        try {
            on.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public int maxFrame() {
        return settings.maxFrame();
    }

    @Override
    public String toString() {
        Mesh on = mesh;
        return "TcpTransport[" + (on == null ? name : on) + "]";
    }
}
