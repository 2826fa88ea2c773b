package io.broccoli.transport.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A way to somebody who listens, which a test can cut, or stop the flow of. */
public final class Cable implements TestNetwork.Way, AutoCloseable {

    private static final int ONE_OF_SO_MANY_IS_LATE = 64;
    private static final int MOST_NANOS_LATE = 200_000;

    private final ServerSocket entry;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flows = lock.newCondition();
    private boolean stalled;
    private volatile boolean broken;
    private volatile BooleanSupplier open = () -> true;
    private final AtomicInteger attempts = new AtomicInteger();
    private final @Nullable Random pieces;

    public Cable(int port) {
        this(port, null);
    }

    /** @param pieces lets bytes come in pieces of any size, some of them late; null: as they are sent */
    public Cable(int port, @Nullable Random pieces) {
        this.port = port;
        this.pieces = pieces;
        try {
            entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    public int port() {
        return entry.getLocalPort();
    }

    /** Ends all connections without a farewell; new ones are possible. */
    @Override
    public void cut() {
        sockets.forEach(Cable::closeQuietly);
    }

    /** Ends all connections of both; new ones are possible once each of them was tried anew: so both are gone at the same time. */
    public static void cut(Cable one, Cable other) {
        int before = one.attempts.get();
        int beforeOther = other.attempts.get();
        BooleanSupplier noticed = () -> one.attempts.get() > before && other.attempts.get() > beforeOther;
        one.open = noticed;
        other.open = noticed;
        one.cut();
        other.cut();
    }

    /** Like {@link #cut()}, and there will be none. */
    @Override
    public void breakForEver() {
        broken = true;
        cut();
    }

    @Override
    public void stall(boolean value) {
        lock.lock();
        try {
            stalled = value;
            flows.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closeQuietly(entry);
        stall(false);
        cut();
    }

    private void accept() {
        while (!entry.isClosed()) {
            try {
                Socket client = entry.accept();
                attempts.incrementAndGet();
                if (broken || !open.getAsBoolean()) {
                    closeQuietly(client);
                    continue;
                }
                Socket other;
                try {
                    other = new Socket(InetAddress.getLoopbackAddress(), port);
                } catch (IOException e) {
                    closeQuietly(client);
                    continue;
                }
                client.setTcpNoDelay(true);
                other.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(other);
                daemon(() -> copy(client, other));
                daemon(() -> copy(other, client));
            } catch (IOException e) {
                // closed, or one client less
            }
        }
    }

    private void copy(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[16_384];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                int written = 0;
                while (written < n) {
                    int length = pieces == null ? n : piece(pieces, n - written);
                    awaitFlow();
                    out.write(buffer, written, length);
                    written += length;
                }
            }
        } catch (IOException e) {
            // cut
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    /** A few bytes, some more, or all that there are. */
    private static int piece(Random random, int most) {
        if (random.nextInt(ONE_OF_SO_MANY_IS_LATE) == 0) {
            LockSupport.parkNanos(random.nextInt(MOST_NANOS_LATE));
        }
        int length =
                switch (random.nextInt(8)) {
                    case 0 -> 1 + random.nextInt(8);
                    case 1, 2 -> 1 + random.nextInt(1_500);
                    default -> most;
                };
        return Math.min(length, most);
    }

    private void awaitFlow() {
        lock.lock();
        try {
            while (stalled) {
                flows.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "cable");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            // that is what was wanted
        }
    }
}
