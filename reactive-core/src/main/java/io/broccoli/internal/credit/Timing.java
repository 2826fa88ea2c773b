package io.broccoli.internal.credit;

import java.util.concurrent.TimeUnit;

/** The times of the protocol, in nanoseconds. */
public final class Timing {

    /** A link of which nothing is heard for this long is fenced by its node, and given up by its producer. */
    public static final long LEASE = TimeUnit.SECONDS.toNanos(8);

    /** Control is announced again this often, until it is echoed. */
    public static final long REANNOUNCE = TimeUnit.SECONDS.toNanos(1);

    /** An outcome is never asked for sooner than this after its task was sent. */
    static final long LEAST_ASK = TimeUnit.MILLISECONDS.toNanos(50);

    /** While outcomes come, those that are late are asked for this often. */
    static final long LOOK = TimeUnit.MILLISECONDS.toNanos(250);

    /** Link epochs are the boot epoch of the node and a number of this many bits. */
    static final int EPOCH_BITS = 24;

    /** Of a member's lives; who says that there were more says nothing, else link epochs would leave their 64 bits. */
    public static final long MOST_EPOCH = 1L << 38;

    private Timing() {}

    /** The boot epoch of the node that gave a link epoch. */
    public static long bootEpochOf(long linkEpoch) {
        return linkEpoch >> EPOCH_BITS;
    }
}
