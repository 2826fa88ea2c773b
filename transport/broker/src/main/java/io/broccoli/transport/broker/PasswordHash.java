package io.broccoli.transport.broker;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** A password as {@code mosquitto_passwd} of mosquitto 2 writes it: {@code $7$iterations$salt$hash}, PBKDF2 with SHA-512. */
final class PasswordHash {

    /** Guesses of a stolen file cost that; so does each login, for the broker. mosquitto_passwd has 101. */
    private static final int ITERATIONS = 10_000;

    /** More would let a line of the file hold up the broker at each login. */
    private static final int MOST_ITERATIONS = 1_000_000;

    private static final int HASH_BYTES = 64;
    private static final int SALT_BYTES = 12;
    private static final int MOST_SALT_BYTES = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    static PasswordHash of(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new PasswordHash(ITERATIONS, salt, derive(password.toCharArray(), salt, ITERATIONS));
    }

    /** @throws IllegalArgumentException if it is not of that form, saying why; the message does not contain the text */
    static PasswordHash parse(String text) {
        String[] parts = text.split("\\$", -1);
        if (parts.length != 5 || !parts[0].isEmpty() || !parts[1].equals("7")) {
            throw new IllegalArgumentException("the password is not hashed as mosquitto_passwd of mosquitto 2 does");
        }
        try {
            int iterations = Integer.parseInt(parts[2]);
            byte[] salt = Base64.getDecoder().decode(parts[3]);
            byte[] hash = Base64.getDecoder().decode(parts[4]);
            if (iterations > 0
                    && iterations <= MOST_ITERATIONS
                    && salt.length > 0
                    && salt.length <= MOST_SALT_BYTES
                    && hash.length == HASH_BYTES) {
                return new PasswordHash(iterations, salt, hash);
            }
        } catch (IllegalArgumentException malformed) { // a number, or base64
            throw new IllegalArgumentException("the hash of the password is malformed", malformed);
        }
        throw new IllegalArgumentException(
                "the hash of the password has a salt, a length or a count of iterations that is" + " out of bounds");
    }

    /** Takes as long as the iterations say. */
    boolean matches(byte[] password) {
        char[] text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(password))
                    .toString()
                    .toCharArray();
        } catch (CharacterCodingException e) {
            return false; // no password that was set is anything but text
        }
        boolean same = text.length > 0 && MessageDigest.isEqual(hash, derive(text, salt, iterations));
        Arrays.fill(text, '\0');
        return same;
    }

    private static byte[] derive(char[] password, byte[] salt, int iterations) {
        PBEKeySpec key = new PBEKeySpec(password, salt, iterations, HASH_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(key)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java installation has PBKDF2 with SHA-512", e);
        } finally {
            key.clearPassword();
        }
    }

    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "$7$" + iterations + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }
}
