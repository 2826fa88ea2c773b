package io.broccoli.feed;

import java.util.List;

/**
 * How a view makes one value of the values of a pane ({@link View#window}). Immutable.
 *
 * @param name the name of a fold that each node knows; "" if functions of the node fold
 * @param functions the functions {@code init}, {@code add} and {@code finish}; empty if the fold has a name
 */
public record ViewFold(String name, List<String> functions) {

    /** How many values. */
    public static final ViewFold COUNT = new ViewFold("count", List.of());

    /** The sum of numbers: exact for integers of at most 64 bits, floating point beyond. */
    public static final ViewFold SUM = new ViewFold("sum", List.of());

    /** The arithmetic mean of numbers, as floating point. */
    public static final ViewFold MEAN = new ViewFold("mean", List.of());

    /** The least number. */
    public static final ViewFold MIN = new ViewFold("min", List.of());

    /** The greatest number. */
    public static final ViewFold MAX = new ViewFold("max", List.of());

    /** The first value. */
    public static final ViewFold FIRST = new ViewFold("first", List.of());

    /** The last value. */
    public static final ViewFold LAST = new ViewFold("last", List.of());

    public ViewFold {
        functions = List.copyOf(functions);
        if (name.isEmpty() != (functions.size() == 3) || !name.isEmpty() && !functions.isEmpty()) {
            throw new IllegalArgumentException("a fold has a name, or the functions init, add and finish");
        }
    }

    /**
     * A fold by functions of the node. Values stay on the node, in the order of the readings; the functions of one pane are
     * those that the node had when the pane began.
     *
     * @param init the name of a function without arguments: gives what the first value is added to
     * @param add the name of a function of two arguments: what was made so far, and the next value
     * @param finish the name of a function of one argument: makes the result of what was made
     */
    public static ViewFold of(String init, String add, String finish) {
        return new ViewFold("", List.of(init, add, finish));
    }

    Object plain() {
        return name.isEmpty() ? functions : name;
    }
}
