package io.broccoli.transport.tcp;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/** The other end of a connection, byte for byte. */
final class RawPeer implements AutoCloseable {

    private static final int LONGEST_WAIT_MILLIS = 15_000;
    private static final int LONGEST_STAY_MILLIS = 10_000; // who says nothing for longer is taken for dead

    private final Socket socket;
    private final DataInputStream in;

    RawPeer(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(LONGEST_WAIT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    RawPeer write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    RawPeer say(Kind kind, byte[] body) throws IOException {
        return write(TcpTestNetwork.message(kind, body));
    }

    /** Becomes a member. */
    RawPeer greet(String cluster, String member) throws IOException {
        return greet(cluster, member, 1);
    }

    /** Becomes a member in one of its lives. */
    RawPeer greet(String cluster, String member, long life) throws IOException {
        write(TcpTestNetwork.hello(cluster, member, life)).expect(Kind.HELLO);
        say(Kind.PROOF, new byte[0]).expect(Kind.PROOF);
        return this;
    }

    /** Reads until such a message comes. */
    byte[] expect(Kind kind) throws IOException {
        while (true) {
            byte[] message = new byte[in.readInt()];
            in.readFully(message);
            if (message[0] == kind.code) {
                return java.util.Arrays.copyOfRange(message, 1, message.length);
            }
        }
    }

    /** Whether the other end has closed, or does so before it could take this one for dead. */
    boolean isShownTheDoor() {
        return isClosedWithin(LONGEST_STAY_MILLIS);
    }

    /** Whether the other end has closed, as far as that can be seen now. */
    boolean isClosed() {
        return isClosedWithin(1);
    }

    private boolean isClosedWithin(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        byte[] ignored = new byte[65_536];
        try {
            for (long left = millis; left > 0; left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
                socket.setSoTimeout((int) left);
                if (in.read(ignored) < 0) { // else it was said before
                    return true;
                }
            }
            return false;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
