package io.broccoli.deploy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what a node is to do. Each signature has the node's name, and a counter that grows, so that none is of use twice, or for another
 * node.
 */
final class Signer {

    private static final String ALGORITHM = "HmacSHA256";

    /** For all signers of this process: the nodes do not know them apart. */
    private static final AtomicLong LAST = new AtomicLong();

    private final SecretKeySpec key;

    /** @throws IllegalArgumentException if the key is empty */
    Signer(byte[] key) {
        if (key.length == 0) {
            throw new IllegalArgumentException("the key is empty");
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
        sign("", 0); // loads what is needed here, and not on a thread that must not block
    }

    /** Larger than all before, in this process and, as far as clocks agree, in others. */
    static long nextCounter() {
        return LAST.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()));
    }

    /** The HMAC-SHA256 of the fields as text, a line each. */
    byte[] sign(Object... fields) {
        String text = Arrays.stream(fields).map(String::valueOf).collect(Collectors.joining("\n"));
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) { // each Java has it
            throw new AssertionError(impossible);
        }
    }
}
