package io.broccoli.internal.credit;

import java.util.concurrent.TimeUnit;

/** The times of the protocol, in nanoseconds. */
public final class Timing {

    /** A link of which nothing is heard for this long is fenced by its node, and given up by its producer. */
    public static final long LEASE = TimeUnit.SECONDS.toNanos(8);

    /** Control is announced again this often, until it is echoed. */
    public static final long REANNOUNCE = TimeUnit.SECONDS.toNanos(1);

    /** A producer that asks on for this long without hearing an answer does not hear them. A network that is only busy takes less. */
    static final long UNHEARD = TimeUnit.SECONDS.toNanos(5);

    /** Credit of which no task came for this long is taken away, where another link needs it. */
    public static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    /** The same, of a producer that is slow. */
    public static final long MOST_PATIENCE = TimeUnit.SECONDS.toNanos(8);

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
