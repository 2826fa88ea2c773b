package io.broccoli.hostile;

/** What misbehaves: something that a user brings. */
enum Culprit {
    /** A value on its way to a task. */
    ARGUMENT,
    /** A value on its way back. */
    RESULT,
    /** One value of several: of a {@code Flux}, of a feed, or of a piece. */
    ITEM,
    HANDLER,
    /** What a handler returns. */
    MONO,
    /** What a handler of several values returns. */
    FLUX,
    /** The publisher that a stage takes its elements from, or that a node offers as a feed. */
    SOURCE,
    /** Of retries; of a feed, the choice of sites. */
    PREDICATE,
    ROUTER,
    /** The function that gives a key, or the key itself. */
    KEY,
    /** An operator, a subscriber, or what hears of skipped failures. */
    OBSERVER,
    SCHEDULER,
    CLOCK;

    /** Whether it stands at the node, not at who calls. */
    boolean isAtNode() {
        return switch (this) {
            case RESULT, HANDLER, MONO, FLUX -> true;
            default -> false;
        };
    }
}
