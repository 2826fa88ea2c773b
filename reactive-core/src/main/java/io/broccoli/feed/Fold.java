package io.broccoli.feed;

import java.util.List;

/**
 * How a view makes one value of the values of a pane ({@link View#window}). Immutable.
 *
 * @param name the name of a fold that each node knows; "" if functions of the node fold
 * @param functions the functions {@code init}, {@code add} and {@code finish}; empty if the fold has a name
 */
public record Fold(String name, List<String> functions) {

    /** How many values. */
    public static final Fold COUNT = new Fold("count", List.of());

    /** The sum of numbers: exact for integers of at most 64 bits, floating point beyond. */
    public static final Fold SUM = new Fold("sum", List.of());

    /** The arithmetic mean of numbers, as floating point. */
    public static final Fold MEAN = new Fold("mean", List.of());

    /** The least number. */
    public static final Fold MIN = new Fold("min", List.of());

    /** The greatest number. */
    public static final Fold MAX = new Fold("max", List.of());

    /** The first value. */
    public static final Fold FIRST = new Fold("first", List.of());

    /** The last value. */
    public static final Fold LAST = new Fold("last", List.of());

    public Fold {
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
    public static Fold of(String init, String add, String finish) {
        return new Fold("", List.of(init, add, finish));
    }

    Object plain() {
        return name.isEmpty() ? functions : name;
    }
}
