package io.broccoli.deploy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** The deployment keys that count at a time: the one in use first, and while keys are rotated the one before it. Immutable. */
final class Keyring {

    private final List<Signer> signers;

    private Keyring(List<Signer> signers) {
        this.signers = signers;
    }

    /** @throws IllegalArgumentException if the key is empty */
    static Keyring of(byte[] key) {
        return new Keyring(List.of(new Signer(key)));
    }

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The key in use, and this one as the one before it.
     *
     * @throws IllegalArgumentException if the key is empty
     */
    Keyring withOlder(byte[] key) {
        return new Keyring(List.of(first(), new Signer(key)));
    }

    List<Signer> signers() {
        return signers;
    }

    Signer first() {
        return signers.get(0);
    }

    /** Who signed these fields; nobody, if neither key did. */
    Optional<Signer> whoSigned(byte[] mac, Object... fields) {
        return signers.stream()
                .filter(each -> MessageDigest.isEqual(each.sign(fields), mac))
                .findFirst();
    }

    /** The keys by which a node knows again what it stored: of no use for anything else, and for no other node. */
    Keyring stored(String node) {
        return new Keyring(
                signers.stream().map(each -> each.derived("deploy.store", node)).toList());
    }
}
