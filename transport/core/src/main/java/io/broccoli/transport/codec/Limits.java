package io.broccoli.transport.codec;

/** What is written and accepted at most; {@code docs/wire-format.md} names the same numbers. */
final class Limits {

    /** Levels of arrays and maps in a value or a body. The same both ways: what can be sent can be read. */
    static final int DEPTH = 32;

    /**
     * Levels that are looked through to find the end of a payload in a frame. More than {@link #DEPTH}, so that a payload that is
     * too deep is refused alone, by who decodes it, and not with all others in its frame.
     */
    static final int FRAME_DEPTH = 64;

    /** Bytes of a record that is written: twice the largest frame of any network, and an end for lists that have none. */
    static final int RECORD = 32 * 1024 * 1024;

    /** Results without payload in a frame: the one thing of which a few bytes make many objects. */
    static final int EMPTY_RESULTS = 65_536;

    /** Tasks from which on a run takes fewer bytes than its rows, whatever they are. */
    static final int SHORTEST_RUN = 4;

    /** Arguments of a task in a run: as many as an array with a head of one byte can have beside the function. */
    static final int RUN_ARGUMENTS = 14;

    /** Bytes of a row beside its arguments, for each argument: a run of rows is at most 16 times what came. */
    static final int RUN_SHARED = 15;

    private Limits() {}
}
