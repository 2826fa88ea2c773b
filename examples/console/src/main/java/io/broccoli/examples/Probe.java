package io.broccoli.examples;

import io.broccoli.spi.Transport;
import io.broccoli.transport.mqtt.BrokerConnectionException;
import io.broccoli.transport.mqtt.BrokerConnectionException.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A connection that tries what a broker lets it do: what it publishes to itself must come back. It says nothing that another member
 * would act on: its presence is empty, and its frame is for itself.
 */
final class Probe implements Transport.Receiver, AutoCloseable {

    /** What comes back. */
    enum Echo {
        PRESENCE,
        HELLO,
        FRAME
    }

    private static final byte[] NOTHING = {};
    private static final byte[] ONE = {0};

    private final Transport transport;
    private final String member;
    private final Map<Echo, CompletableFuture<Void>> echoes = new EnumMap<>(Echo.class);
    private boolean connected; // guarded by this, like the next ones
    private int losses;
    private @Nullable Throwable cause;

    Probe(Transport transport, String member) {
        this.transport = transport;
        this.member = member;
        for (Echo each : Echo.values()) {
            echoes.put(each, new CompletableFuture<>());
        }
        transport.start(null, this);
    }

    /** Whether it is connected, and its subscriptions stand. Waits no longer when the broker refused it. */
    boolean connects(Duration within) {
        return waits(within, () -> connected || isRefused()) && isConnected();
    }

    private synchronized boolean isConnected() {
        return connected;
    }

    private boolean isRefused() {
        return hasReason(Reason.REFUSED) || isLetIn();
    }

    /** Whether its login was accepted, and then its subscriptions were not. */
    synchronized boolean isLetIn() {
        return hasReason(Reason.SUBSCRIPTION_REFUSED);
    }

    private boolean hasReason(Reason reason) {
        return cause instanceof BrokerConnectionException refusal && refusal.reason() == reason;
    }

    /** Why there is no connection. */
    synchronized String trouble() {
        return cause == null ? "the broker does not answer" : String.valueOf(cause.getMessage());
    }

    boolean isThrownOut(Duration within) {
        return waits(within, () -> losses > 0);
    }

    /**
     * Publishes what members publish, each to itself. A broker may close the connection at one of them, and then takes none that follow:
     * what did not come back is tried again, one after the other.
     */
    Set<Echo> comesBack(Set<Echo> wanted, Duration within) {
        int before = losses();
        wanted.forEach(this::publish);
        Set<Echo> back = back(wanted, within);
        if (losses() > before) {
            for (Echo each : wanted) {
                if (!back.contains(each) && connects(within)) {
                    publish(each);
                    back(EnumSet.of(each), within);
                }
            }
        }
        return back(wanted, Duration.ZERO);
    }

    private synchronized int losses() {
        return losses;
    }

    private void publish(Echo echo) {
        Mono<Void> sent =
                switch (echo) {
                    case PRESENCE -> transport.announce(NOTHING);
                    case HELLO -> transport.hello();
                    case FRAME -> transport.send(member, ONE);
                };
        sent.onErrorComplete().subscribe(); // what was not sent does not come back
    }

    private Set<Echo> back(Set<Echo> wanted, Duration within) {
        try {
            CompletableFuture.allOf(wanted.stream().map(this::future).toArray(CompletableFuture[]::new))
                    .get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException some) {
            // told by those that are not there
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        return wanted.stream()
                .filter(each -> future(each).isDone())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Echo.class)));
    }

    private CompletableFuture<Void> future(Echo echo) {
        return Objects.requireNonNull(echoes.get(echo));
    }

    private synchronized boolean waits(Duration within, BooleanSupplier condition) {
        long end = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        transport.close(false).block();
    }

    // ---- as its transport tells it

    @Override
    public void frame(String from, byte[] frame) {
        if (from.equals(member)) {
            future(Echo.FRAME).complete(null);
        }
    }

    @Override
    public void presence(String name, byte[] status) {
        if (name.equals(member) && status.length == 0) { // a real one has a presence that says something
            future(Echo.PRESENCE).complete(null);
        }
    }

    @Override
    public void hello() {
        future(Echo.HELLO).complete(null);
    }

    @Override
    public synchronized void connected() {
        connected = true;
        cause = null;
        notifyAll();
    }

    @Override
    public synchronized void disconnected(Throwable why) {
        if (connected) {
            losses++;
        }
        connected = false;
        cause = why;
        notifyAll();
    }
}
