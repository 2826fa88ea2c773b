package io.broccoli.hostile;

/** In what an element is under way. */
enum Form {
    /** One task, run once. */
    ALONE,
    /** Steps of a chain that travel as one task. */
    FUSED,
    GROUP,
    CHORD,
    MAP,
    CHUNKS,
    REDUCE,
    FLAT_MAP,
    FEED,
    /** A task that sends its element to another one: what misbehaves is inside. */
    NESTED,
    HEDGED,
    RETRIED,
    /** By key, one element after the other. */
    BY_KEY;

    /** Whether its elements go out in pieces of two. */
    boolean inPieces() {
        return this == CHUNKS || this == REDUCE;
    }
}
