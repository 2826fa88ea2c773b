package io.broccoli.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.spi.MalformedFrameException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HandshakeTest {

    private static final byte[] SECRET = {1, 2, 3};

    private record Message(Kind kind, byte[] body) {}

    private static final class End {
        final Deque<Message> said = new ArrayDeque<>();
        final List<Hello> known = new ArrayList<>();
        final Handshake handshake;

        End(String name, long instance, boolean dialed, byte @Nullable [] secret) {
            byte[] nonce = new byte[Hello.NONCE];
            nonce[0] = (byte) instance;
            Hello self = new Hello("c", name, 7, instance, nonce, new Host("", 0), 65_536);
            handshake = new Handshake(
                    dialed, self, secret, (kind, body) -> said.add(new Message(kind, body)), hello -> null, known::add);
            handshake.start();
        }

        void hear(Message message) {
            handshake.message(message.kind, message.body);
        }
    }

    private static void talk(End one, End other) {
        while (!one.said.isEmpty() || !other.said.isEmpty()) {
            if (!one.said.isEmpty()) {
                other.hear(one.said.remove());
            } else {
                one.hear(other.said.remove());
            }
        }
    }

    @Test
    void bothKnowEachOtherInTheEnd() {
        End a = new End("a", 1, true, SECRET);
        End b = new End("b", 2, false, SECRET);
        talk(a, b);
        assertThat(a.known).singleElement().extracting(Hello::member).isEqualTo("b");
        assertThat(b.known).singleElement().extracting(Hello::member).isEqualTo("a");
    }

    @Test
    void aProofOfAnotherConnectionIsNoProof() {
        End a = new End("a", 1, true, SECRET);
        End b = new End("b", 2, false, SECRET);
        Message hello = a.said.remove();
        b.hear(hello);
        a.hear(b.said.remove());
        Message proof = a.said.remove();
        End later = new End("b", 3, false, SECRET); // another nonce
        later.hear(hello);
        assertThatThrownBy(() -> later.hear(proof)).isInstanceOf(RefusedException.class);
        b.hear(proof);
        assertThat(b.known).hasSize(1);
    }

    @Test
    void whoEchoesWhatItHearsProvesNothing() {
        End a = new End("a", 1, true, SECRET);
        a.said.remove();
        a.hear(new Message(Kind.HELLO, new End("b", 2, true, null).said.remove().body));
        Message proof = a.said.remove();
        assertThatThrownBy(() -> a.hear(proof)).isInstanceOf(RefusedException.class);
        assertThat(a.known).isEmpty();
    }

    @Test
    void aProofBeforeTheHelloIsNoGreeting() {
        End b = new End("b", 2, false, null);
        assertThatThrownBy(() -> b.hear(new Message(Kind.PROOF, new byte[0])))
                .isInstanceOf(MalformedFrameException.class);
    }

    @Test
    void randomBytesAreRefusedAndNeverAnythingElse() {
        byte[] good = new Hello("c", "a", 7, 1, new byte[Hello.NONCE], new Host("h", 1), 9).encode();
        assertThat(Hello.decode(good).member()).isEqualTo("a");
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = seed % 2 == 0 ? new byte[random.nextInt(80)] : good.clone();
            for (int i = 0; i < (seed % 2 == 0 ? bytes.length : 3); i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            int shown = seed;
            try {
                Hello.decode(bytes);
                Address.decode(bytes);
            } catch (MalformedFrameException | RefusedException e) {
                assertThat(e).as("seed %d", shown).hasMessageMatching(".+");
            }
        }
    }
}
