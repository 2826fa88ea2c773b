package io.broccoli.hostile;

/** When something misbehaves, seen from its own work. */
enum When {
    /** Before it has done anything. */
    BEFORE,
    /** In the middle. */
    INSIDE,
    /** When all that it was there for is done. */
    AFTER,
    /** So late that its element has ended. */
    LATE,
    /** It does not do its work, or does not end it. */
    NEVER
}
