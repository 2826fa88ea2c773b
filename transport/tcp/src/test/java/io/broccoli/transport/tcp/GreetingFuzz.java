package io.broccoli.transport.tcp;

import io.broccoli.fuzz.Fuzz;
import io.broccoli.spi.MalformedFrameException;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a stranger sends to a port: pieces of bytes, cut into messages, as a greeting and as addresses of others. */
class GreetingFuzz extends Fuzz {

    private static final Host HERE = new Host("127.0.0.1", 7_470);
    private static final Hello SELF = new Hello("c", "a", 7, 1, new byte[Hello.NONCE], HERE, 65_536);
    private static final byte[] SECRET = {1, 2, 3};
    private static final int LONGEST = 1_024;

    public static void fuzzerTestOneInput(byte[] input) {
        Stranger stranger = new Stranger();
        EmbeddedChannel channel = new EmbeddedChannel(new FrameReader(stranger));
        int cut = input.length / 2; // as two packets
        channel.writeInbound(Unpooled.wrappedBuffer(input, 0, cut).copy());
        channel.writeInbound(
                Unpooled.wrappedBuffer(input, cut, input.length - cut).copy());
        channel.finishAndReleaseAll();
        if (stranger.failed != null) {
            throw new AssertionError(stranger.failed);
        }
        if (stranger.done) {
            throw new AssertionError("a stranger was let in");
        }
        hello(input);
        try {
            Address.decode(input);
        } catch (MalformedFrameException refused) {
            // one of the two things that may happen
        }
    }

    private static void hello(byte[] input) {
        try {
            byte[] written = Hello.decode(input).encode();
            if (!Arrays.equals(written, Hello.decode(written).encode())) {
                throw new AssertionError("written and read again it is another HELLO");
            }
        } catch (MalformedFrameException | RefusedException refused) {
            // one of the two things that may happen
        }
    }

    private static final class Stranger implements FrameReader.Sink {

        private @Nullable Throwable failed;
        private boolean done;
        private boolean refused;
        private final Handshake handshake =
                new Handshake(false, SELF, SECRET, (kind, body) -> {}, hello -> null, hello -> done = true);

        @Override
        public int longest() {
            return LONGEST;
        }

        @Override
        public void came() {}

        @Override
        public void message(Kind kind, byte[] body) {
            if (refused) {
                return;
            }
            try {
                handshake.message(kind, body);
            } catch (RefusedException e) {
                refused = true;
            }
        }

        @Override
        public void writable() {}

        @Override
        public void broken(MalformedFrameException why) {}

        @Override
        public void failed(Throwable cause) {
            failed = cause;
        }
    }

    @Override
    protected void feed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    @Override
    protected Stream<byte[]> seeds() {
        byte[] hello = new Hello("c", "b", 8, 2, new byte[Hello.NONCE], new Host("", 1), 65_536).encode();
        return Stream.of(
                hello, message(Kind.HELLO, hello), join(message(Kind.HELLO, hello), message(Kind.PROOF, hello)));
    }

    private static byte[] message(Kind kind, byte[] body) {
        return new Writer()
                .number(body.length + 1, Integer.BYTES)
                .number(kind.code, 1)
                .raw(body)
                .bytes();
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
