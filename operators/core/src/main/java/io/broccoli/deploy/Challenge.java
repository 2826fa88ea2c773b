package io.broccoli.deploy;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The challenge that a node gives to those who deploy: a random number that is good for one transfer or removal, and not for long. It
 * is the same for all who ask meanwhile: nothing is kept of them, so nobody can take the place of others by asking. Used by one thread
 * at a time.
 */
final class Challenge {

    /** How long one is good after it was made. */
    static final Duration LIFE = Duration.ofSeconds(60);

    /** One that is older is replaced when it is asked for: whoever asks has at least the rest of its life. */
    static final Duration RENEWED = Duration.ofSeconds(30);

    private static final int BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final LongSupplier nanoTime;
    private byte @Nullable [] current;
    private long made;

    Challenge(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    byte[] give() {
        byte[] known = current;
        if (known != null && age() <= RENEWED.toNanos()) {
            return known.clone();
        }
        byte[] fresh = new byte[BYTES];
        random.nextBytes(fresh);
        current = fresh;
        made = nanoTime.getAsLong();
        return fresh.clone();
    }

    /** @throws StaleChallenge if it is another one, was used, or is too old */
    void check(byte[] challenge) {
        byte[] known = current;
        if (known == null || !MessageDigest.isEqual(known, challenge) || age() > LIFE.toNanos()) {
            throw new StaleChallenge("the challenge is not valid: it was used, or is older than " + LIFE.toSeconds()
                    + " s; begin again with a fresh one (deploy.begin)");
        }
    }

    /** It is not good any more. */
    void use() {
        current = null;
    }

    private long age() {
        return nanoTime.getAsLong() - made;
    }
}
