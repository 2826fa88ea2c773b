package io.broccoli.transport.tcp;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** The other end of a connection, byte for byte. */
final class RawPeer implements AutoCloseable {

    private static final int LONGEST_WAIT_MILLIS = 15_000;

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

    /** Whether the other end has closed, or does so. */
    boolean isShownTheDoor() {
        try {
            byte[] ignored = new byte[65_536];
            while (in.read(ignored) >= 0) {
                // what was said before
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
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
