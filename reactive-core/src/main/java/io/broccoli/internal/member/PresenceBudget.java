package io.broccoli.internal.member;

import java.util.HashMap;
import java.util.Map;

/**
 * How much members may announce of themselves, all together: whoever can announce many members, or large ones, must not fill the
 * memory. Belongs to the member's serial executor.
 */
final class PresenceBudget {

    private static final long LEAST = 4L << 20;
    private static final long MOST = 64L << 20;

    /** What is known of a member takes a few times the bytes that it announced. */
    private static final int SHARE_OF_HEAP = 32;

    private final long most;
    private final Map<String, Integer> sizes = new HashMap<>(); // bounded by what they add up to
    private long total;

    PresenceBudget(long most) {
        this.most = most;
    }

    /** For this JVM: a thirty-second of its heap, at least 4 MiB and at most 64 MiB. */
    static PresenceBudget ofHeap() {
        return new PresenceBudget(
                Math.min(MOST, Math.max(LEAST, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP)));
    }

    /** Whether a presence of so many bytes fits, in the place of the one that is known of this member. */
    boolean fits(String member, int bytes) {
        return total - sizes.getOrDefault(member, 0) + bytes <= most;
    }

    /** A presence is known now. */
    void keep(String member, int bytes) {
        Integer before = sizes.put(member, bytes);
        total += bytes - (before == null ? 0 : before);
    }

    /** It is not known any more. */
    void forget(String member) {
        Integer before = sizes.remove(member);
        total -= before == null ? 0 : before;
    }

    /** In bytes. */
    long kept() {
        return total;
    }

    /** In bytes. */
    long most() {
        return most;
    }
}
