package io.broccoli.deploy;

import java.security.MessageDigest;

/** A module on its way, piece by piece. */
final class Transfer {

    private final long number;
    private final Announcement announced;
    private final byte[] content;
    private int received;
    private long touched;

    /** @param now when it was opened, by the clock that {@link #touch} takes */
    Transfer(long number, Announcement announced, long now) {
        this.number = number;
        this.announced = announced;
        this.content = new byte[announced.size()];
        this.touched = now;
    }

    /** By which its further steps name it. */
    long number() {
        return number;
    }

    Announcement announced() {
        return announced;
    }

    long touched() {
        return touched;
    }

    /** A signed step of it came. */
    void touch(long now) {
        touched = now;
    }

    /** Pieces that came before are ignored: a task may come twice. */
    int take(int offset, byte[] piece) {
        if (offset < 0 || offset > received || (offset == received && piece.length > content.length - received)) {
            throw new ModuleException(
                    "expected is the piece at " + received + ", of " + content.length + " bytes in all");
        }
        if (offset == received) {
            System.arraycopy(piece, 0, content, offset, piece.length);
            received += piece.length;
        }
        return received;
    }

    /** All of it, if it is what was announced. */
    byte[] content() {
        byte[] digest = java.util.HexFormat.of().parseHex(announced.digest());
        if (received != content.length || !MessageDigest.isEqual(digest, Module.sha256(content))) {
            throw new ModuleException("what came is not what was announced (SHA-256)");
        }
        return content;
    }
}
