package io.broccoli.examples;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** One end of a TCP connection that says what no member would, byte for byte as docs/wire-format.md has it. */
final class HostilePeer implements AutoCloseable {

    static final int HELLO = 1;
    static final int PROOF = 2;
    static final int REFUSE = 3;
    static final int FRAME = 16;
    static final int PEERS = 20;

    /** Reasons of a REFUSE. */
    static final int NAME_TAKEN = 3;

    static final int FUTURE = 7;
    static final int CERTIFICATE = 8;

    private static final int NONCE = 16;
    private static final int LONGEST_WAIT_MILLIS = 8_000; // whoever says nothing is shown the door later
    private static final int MOST_BYTES = 1 << 20;

    private final Socket socket;
    private final DataInputStream in;

    /** @param tls null: it speaks no TLS */
    HostilePeer(int port, @Nullable SSLContext tls) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        socket = tls == null ? new Socket(here, port) : tls.getSocketFactory().createSocket(here, port);
        socket.setSoTimeout(LONGEST_WAIT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Bodies of messages. */
    interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    static byte[] bytes(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            body.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(bytes.length);
        out.write(bytes);
    }

    static byte[] hello(String cluster, String member, long started) {
        Random random = new Random();
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        return bytes(out -> {
            out.writeInt(0x42524343);
            out.writeByte(1);
            text(out, cluster);
            text(out, member);
            out.writeLong(started);
            out.writeLong(random.nextLong());
            out.write(nonce);
            text(out, ""); // it listens nowhere
            out.writeShort(0);
            out.writeInt(65_536);
        });
    }

    HostilePeer write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    HostilePeer say(int kind, byte[] body) throws IOException {
        return write(message(kind, body));
    }

    static byte[] message(int kind, byte[] body) {
        return bytes(out -> {
            out.writeInt(body.length + 1);
            out.writeByte(kind);
            out.write(body);
        });
    }

    /** Becomes a member, or is refused. */
    HostilePeer greet(String cluster, String member, long started) throws IOException {
        say(HELLO, hello(cluster, member, started));
        expect(HELLO);
        return say(PROOF, new byte[0]);
    }

    /** The body of the next message of a kind. */
    byte[] expect(int kind) throws IOException {
        while (true) {
            int length = in.readInt();
            if (length < 1 || length > MOST_BYTES) {
                throw new IOException("a message of " + length + " bytes");
            }
            byte[] message = new byte[length];
            in.readFully(message);
            if (message[0] == kind) {
                return Arrays.copyOfRange(message, 1, length);
            }
        }
    }

    /** The reason why the other end refuses this connection. */
    int refusal() throws IOException {
        return expect(REFUSE)[0];
    }

    /** Whether the other end closes because of these bytes, before it could take this one for dead. */
    boolean isShownTheDoorFor(byte[] bytes) {
        byte[] ignored = new byte[8_192];
        try {
            write(bytes);
            while (in.read(ignored) >= 0) {
                // it was said before
            }
            return true;
        } catch (SocketTimeoutException stays) {
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
