package io.broccoli.transport.mqtt;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers logins and subscriptions as a test wants it, and knows nothing else. */
final class FakeBroker implements AutoCloseable {

    /** As an answer to a subscription: end the connection. */
    static final int HANG_UP = -1;

    private static final int CONNECT = 1;
    private static final int SUBSCRIBE = 8;

    final AtomicInteger logins = new AtomicInteger();
    /** Filters and their QoS, as they are subscribed. */
    final Map<String, Integer> subscribed = new ConcurrentHashMap<>();

    private final ServerSocket entry;
    private final int loginCode;
    private final int subscriptionCode;

    FakeBroker(int loginCode, int subscriptionCode) {
        this.loginCode = loginCode;
        this.subscriptionCode = subscriptionCode;
        try {
            entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    int port() {
        return entry.getLocalPort();
    }

    @Override
    public void close() {
        try {
            entry.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!entry.isClosed()) {
            try {
                Socket client = entry.accept();
                daemon(() -> serve(client));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                DataInputStream in = new DataInputStream(client.getInputStream());
                OutputStream out = client.getOutputStream()) {
            for (int head = in.read(); head >= 0; head = in.read()) {
                byte[] rest = new byte[length(in)];
                in.readFully(rest);
                if (head >> 4 == CONNECT) {
                    logins.incrementAndGet();
                    out.write(new byte[] {0x20, 2, 0, (byte) loginCode});
                } else if (head >> 4 == SUBSCRIBE && subscriptionCode == HANG_UP) {
                    return;
                } else if (head >> 4 == SUBSCRIBE) {
                    note(ByteBuffer.wrap(rest, 2, rest.length - 2));
                    byte code = (byte) subscriptionCode;
                    out.write(new byte[] {(byte) 0x90, 5, rest[0], rest[1], 0, code, 0});
                }
                out.flush();
            }
        } catch (IOException e) {
            // the client left
        }
    }

    private void note(ByteBuffer filters) {
        while (filters.hasRemaining()) {
            byte[] filter = new byte[filters.getShort()];
            filters.get(filter);
            subscribed.put(new String(filter, StandardCharsets.UTF_8), (int) filters.get());
        }
    }

    private static int length(DataInputStream in) throws IOException {
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int next = in.readUnsignedByte();
            length |= (next & 0x7f) << shift;
            if (next < 0x80) {
                return length;
            }
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "fake-broker");
        thread.setDaemon(true);
        thread.start();
    }
}
