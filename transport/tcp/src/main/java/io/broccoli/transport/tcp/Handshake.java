package io.broccoli.transport.tcp;

import io.broccoli.spi.MalformedFrameException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How two ends come to know each other: who dialed says HELLO, the other HELLO, who dialed PROOF, the other PROOF. A proof is made of
 * the secret and both HELLOs, so it is of use for this connection only; and who dialed proves first, so that nobody else is told
 * anything that the secret went into. Without a secret a proof is empty. On the event loop.
 */
final class Handshake {

    private static final byte[] NOTHING = new byte[0];
    private static final String ALGORITHM = "HmacSHA256";

    /** What is said to the other end. */
    interface Voice {
        void say(Kind kind, byte[] body);
    }

    private final boolean dialed;
    private final Hello self;
    private final byte[] mine;
    private final byte @Nullable [] secret;
    private final Voice voice;
    private final Function<Hello, @Nullable Refusal> admission;
    private final Consumer<Hello> done;
    private @Nullable Hello peer;
    private byte[] theirs = NOTHING;

    /**
     * @param admission asked last, when all is proven; null: welcome
     * @param done the connection stands for both ends
     */
    Handshake(
            boolean dialed,
            Hello self,
            byte @Nullable [] secret,
            Voice voice,
            Function<Hello, @Nullable Refusal> admission,
            Consumer<Hello> done) {
        this.dialed = dialed;
        this.self = self;
        this.mine = self.encode();
        this.secret = secret;
        this.voice = voice;
        this.admission = admission;
        this.done = done;
    }

    void start() {
        if (dialed) {
            voice.say(Kind.HELLO, mine);
        }
    }

    /** Who the other end says to be; nothing of it is proven. */
    @Nullable Hello claimed() {
        return peer;
    }

    /**
     * @throws RefusedException if the other end is not welcome
     * @throws MalformedFrameException if it is not at this point of the greeting
     */
    void message(Kind kind, byte[] body) {
        Hello known = peer;
        if (known == null && kind == Kind.HELLO) {
            Hello hello = Hello.decode(body);
            peer = hello;
            theirs = body;
            check(hello);
            voice.say(dialed ? Kind.PROOF : Kind.HELLO, dialed ? proof(true) : mine);
        } else if (known != null && kind == Kind.PROOF) {
            if (!MessageDigest.isEqual(body, proof(!dialed))) {
                throw new RefusedException(Refusal.SECRET);
            }
            Refusal refusal = admission.apply(known);
            if (refusal != null) {
                throw new RefusedException(refusal);
            }
            if (!dialed) {
                voice.say(Kind.PROOF, proof(false));
            }
            done.accept(known);
        } else {
            throw new MalformedFrameException(kind + " is not what a greeting goes on with");
        }
    }

    private void check(Hello hello) {
        if (!hello.cluster().equals(self.cluster())) {
            throw new RefusedException(Refusal.CLUSTER);
        }
        if (hello.instance() == self.instance()) {
            throw new RefusedException(Refusal.SELF);
        }
    }

    private byte[] proof(boolean ofWhoDialed) {
        if (secret == null) {
            return NOTHING;
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update((byte) (ofWhoDialed ? 1 : 2));
            mac.update(dialed ? mine : theirs);
            mac.update(dialed ? theirs : mine);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every Java", e);
        }
    }
}
