package io.broccoli.internal.credit;

/**
 * The numbers of a producer's frames on a link, and what was told in them: how much is wanted. The node echoes the highest number
 * that it heard; so it is known whether it heard of the newest want.
 */
final class FrameCount {

    private static final long MOST = 1L << 48; // of all lives of a link; a greater number is none that was sent

    private long last;
    private long echoed;
    private int want;
    private int announcedWant; // in this epoch
    private long wantSince; // the first frame that tells it

    /** Each frame takes the next number, and tells the newest want. */
    long next() {
        announcedWant = want;
        return ++last;
    }

    /** The number of the last frame. */
    long last() {
        return last;
    }

    int want() {
        return want;
    }

    void want(int tasks) {
        want = tasks;
        wantSince = last + 1;
    }

    /** Nothing is wanted, and there is nobody to be told so. */
    void forgetWant() {
        want = 0;
        wantSince = 0;
    }

    int announcedWant() {
        return announcedWant;
    }

    /** Whether the node heard how much is wanted. */
    boolean isWantHeard() {
        return echoed >= wantSince;
    }

    // ---- echoes

    long echoed() {
        return echoed;
    }

    void echo(long number) {
        echoed = Math.max(echoed, number);
    }

    /** A new epoch begins, in which nothing was told. */
    void reset() {
        announcedWant = 0;
        echoed = 0;
    }

    /**
     * What the node heard before this epoch began. A greater number than was sent is of a former life of this link, that used no seq;
     * what this one says must be newer.
     */
    void begin(long heard) {
        echoed = Math.max(0, heard);
        if (heard > last && heard < MOST) {
            last = heard;
            wantSince = last + 1;
        }
    }
}
