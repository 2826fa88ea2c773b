package io.broccoli.perf.throughput;

import io.broccoli.perf.measure.Latencies;
import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.measure.Subject;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.transport.tcp.TcpTransportProvider;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Frames of 64 bytes to a member in another process and back, one at a time: the transport alone, without tasks and credit. */
final class FrameEcho implements Subject, AutoCloseable {

    private static final String ECHO = "echo";
    private static final int BYTES = 64;
    private static final long LONGEST_SECONDS = 120;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(6);

    private final Transport transport;
    private final Processes processes;
    private final CountDownLatch connected = new CountDownLatch(1);
    private volatile @Nullable Rounds current;

    /** Blocks until it is connected. */
    FrameEcho(int port, Processes processes) throws InterruptedException {
        this.processes = processes;
        transport = open(port, "asker");
        transport.start(null, new Hearing() {
            @Override
            public void frame(String from, byte[] frame) {
                Rounds rounds = current;
                if (rounds != null) {
                    rounds.heard();
                }
            }

            @Override
            public void connected() {
                connected.countDown();
            }
        });
        if (!connected.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no connection to the echo");
        }
    }

    private static Transport open(int port, String member) {
        return new TcpTransportProvider()
                .open(URI.create("tcp://127.0.0.1:" + port), "bench-echo", member, ConnectOptions.DEFAULTS);
    }

    /** In the other process: sends each frame back. */
    static void answer(int port) {
        Transport transport = open(port, ECHO);
        transport.start(null, new Hearing() {
            @Override
            public void frame(String from, byte[] frame) {
                transport.send(from, frame).subscribe();
            }
        });
    }

    @Override
    public String name() {
        return "frame echo";
    }

    @Override
    public Processes processes() {
        return processes;
    }

    @Override
    public Done run(Load load) throws InterruptedException {
        Rounds rounds = new Rounds(load.items());
        current = rounds;
        long start = System.nanoTime();
        rounds.next();
        if (!rounds.done.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no end after " + LONGEST_SECONDS + " s");
        }
        long nanos = System.nanoTime() - start;
        return new Done(load.items(), nanos, rounds.latencies, 2.0 * load.items(), 2.0 * BYTES * load.items());
    }

    @Override
    public void close() {
        transport.close(true).block(LONGEST_CLOSE);
    }

    private final class Rounds {
        final CountDownLatch done = new CountDownLatch(1);
        final Latencies latencies = new Latencies();
        private int left;
        private long sentAt;

        Rounds(int items) {
            this.left = items;
        }

        void next() {
            sentAt = System.nanoTime();
            transport.send(ECHO, new byte[BYTES]).subscribe(null, error -> done.countDown());
        }

        void heard() {
            latencies.record(System.nanoTime() - sentAt);
            if (--left == 0) {
                done.countDown();
            } else {
                next();
            }
        }
    }

    private interface Hearing extends Transport.Receiver {
        @Override
        default void presence(String member, byte[] status) {}

        @Override
        default void hello() {}

        @Override
        default void connected() {}

        @Override
        default void disconnected(Throwable cause) {}
    }
}
