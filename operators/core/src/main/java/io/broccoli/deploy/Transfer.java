package io.broccoli.deploy;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;

/** A module on its way, piece by piece. */
final class Transfer {

    private final String name;
    private final String version;
    private final int size;
    private final byte[] digest;
    private final long counter;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    Transfer(String name, String version, int size, byte[] digest, long counter) {
        this.name = name;
        this.version = version;
        this.size = size;
        this.digest = digest.clone();
        this.counter = counter;
    }

    String name() {
        return name;
    }

    String version() {
        return version;
    }

    long counter() {
        return counter;
    }

    /** Pieces that came before are ignored: a task may come twice. */
    int take(int offset, byte[] piece) {
        int have = received.size();
        if (offset < 0 || offset > have || (offset == have && piece.length > size - have)) {
            throw new ModuleException("expected is the piece at " + have + ", of " + size + " bytes in all");
        }
        if (offset == have) {
            received.writeBytes(piece);
        }
        return received.size();
    }

    /** All of it, if it is what was announced. */
    byte[] content() {
        byte[] all = received.toByteArray();
        if (all.length != size || !MessageDigest.isEqual(digest, Module.sha256(all))) {
            throw new ModuleException("what came is not what was announced (SHA-256)");
        }
        return all;
    }
}
