package io.broccoli.transport.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** A way to somebody who listens, which a test can cut, or stop the flow of. */
public final class Cable implements AutoCloseable {

    private final ServerSocket entry;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flows = lock.newCondition();
    private boolean stalled;
    private volatile boolean broken;
    private volatile BooleanSupplier open = () -> true;
    private final AtomicInteger attempts = new AtomicInteger();

    public Cable(int port) {
        this.port = port;
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
    public void breakForEver() {
        broken = true;
        cut();
    }

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
                awaitFlow();
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // cut
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
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
