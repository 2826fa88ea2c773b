package io.broccoli.internal.node;

/** How deep tasks may be nested in one another. */
public final class Depth {

    public static final int MOST = 16;

    private Depth() {}

    /** Why a task at this depth is refused. */
    public static String exceeded(int depth) {
        return "A task at depth " + depth + "; at most " + MOST + " tasks may be nested in one another";
    }
}
