package io.broccoli.deploy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs what a node is to do. What is signed has the node's name and its challenge, so that it is of use once, there. */
final class Signer {

    /** The first bytes of what is sealed. */
    static final int NONCE = 16;

    private static final int BLOCK = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    /** @throws IllegalArgumentException if the key is empty */
    Signer(byte[] key) {
        if (key.length == 0) {
            throw new IllegalArgumentException("the key is empty");
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
        seal("", "", new byte[1]); // loads what is needed here, and not on a thread that must not block
    }

    /** A key for one purpose, from which this one cannot be found. */
    Signer derived(Object... purpose) {
        return new Signer(sign(purpose));
    }

    /** The HMAC-SHA256 of the fields as text, a line each. */
    byte[] sign(Object... fields) {
        String text = Arrays.stream(fields).map(String::valueOf).collect(Collectors.joining("\n"));
        return hmac(key, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes a text unreadable for whoever does not have the key: a new nonce, and the text XORed with the HMACs of the
     * nonce and the numbers of the blocks. Boards have SHA-256, and not all of them a cipher. Whether it was altered is
     * for a signature to say.
     */
    byte[] seal(String node, String challenge, byte[] text) {
        SecretKeySpec blocks = new SecretKeySpec(sign("seal", node, challenge), ALGORITHM);
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        ByteBuffer numbered = ByteBuffer.allocate(NONCE + Integer.BYTES).put(nonce);
        byte[] sealed = Arrays.copyOf(nonce, NONCE + text.length);
        byte[] block = {};
        for (int i = 0; i < text.length; i++) {
            if (i % BLOCK == 0) {
                block = hmac(blocks, numbered.putInt(NONCE, i / BLOCK).array());
            }
            sealed[NONCE + i] = (byte) (text[i] ^ block[i % BLOCK]);
        }
        return sealed;
    }

    private static byte[] hmac(SecretKeySpec key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(message);
        } catch (GeneralSecurityException impossible) { // each Java has it
            throw new AssertionError(impossible);
        }
    }
}
