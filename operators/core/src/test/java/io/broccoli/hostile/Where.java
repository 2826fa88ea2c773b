package io.broccoli.hostile;

/** On which thread users' code is met: all of one world on the same kind. */
enum Where {
    /** The caller's: tasks run on the thread that brings them, too. */
    CALLER,
    /** A worker's: tasks run there, and streams are begun there, by the node's own member. */
    WORKER,
    /** A real thread that is no member's: tasks run on such ones, and streams are begun and signalled by them. */
    FOREIGN
}
