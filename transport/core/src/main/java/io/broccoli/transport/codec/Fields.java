package io.broccoli.transport.codec;

/** Counts the elements of an array that is read by position: those at its end may be missing, and more than are known are skipped. */
final class Fields {
    private final WireReader in;
    private int left;

    Fields(WireReader in, int size) {
        this.in = in;
        this.left = size;
    }

    /** Of the array that comes next. */
    static Fields open(WireReader in) {
        return new Fields(in, in.arrayHeader());
    }

    int left() {
        return left;
    }

    /** Whether there is one more, which the caller reads. */
    boolean next() {
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }

    /** There must be one more, which the caller reads. */
    void need() {
        if (!next()) {
            throw in.malformed(in.at(), "the end of an array that needs more elements");
        }
    }

    void skipRest(int depth) {
        in.skip(left, depth);
        left = 0;
    }
}
