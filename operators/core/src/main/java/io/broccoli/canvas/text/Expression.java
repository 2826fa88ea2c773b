package io.broccoli.canvas.text;

import io.broccoli.task.Signature;

/**
 * Parses and prints signatures in the notation of Celery. All methods are pure functions.
 *
 * <pre>{@code
 * chain(add.s(4, 4), mul.s(8), mul.s(10))            add.s(4, 4) | mul.s(8) | mul.s(10)
 * group(add.s(i, i) for i in range(10))              group([add.s(2, 2), add.s(4, 4)])
 * chord([add.s(i, i) for i in range(10)], xsum.s())  chord(add.s(i, i) for i in range(10))(xsum.s())
 * xsum.map([range(10), range(100)])                  add.starmap(zip(range(10), range(10)))
 * add.chunks(zip(range(100), range(100)), 10)        add.s(2)(4)                 an upstream value: add(4, 2)
 * add.si(2, 2)                                       add.s(2, y=5)               math.add.s(1), task("any name").s(1)
 * }</pre>
 *
 * Values are numbers, strings in single or double quotes, {@code True}, {@code False}, {@code None} (or the JSON
 * forms), lists, tuples (which become lists), dicts with string keys, {@code range}, {@code zip}, and names that a
 * comprehension binds.
 */
public final class Expression {

    /** The longest text that is parsed, in characters. */
    public static final int LONGEST = 100_000;

    /** The deepest nesting of parentheses and brackets. */
    public static final int DEEPEST = 100;

    /** The most values that a text may create, including those of range, zip and comprehensions. */
    public static final int MOST_VALUES = 1_000_000;

    private Expression() {}

    /**
     * Parses a text.
     *
     * @throws MalformedSignatureException if the text is not a signature, or exceeds a bound; no other exception is
     *     thrown
     */
    @SuppressWarnings("unchecked") // tasks in a text are tasks of Object
    public static Signature<Object> parse(String text) {
        return (Signature<Object>) new ExpressionParser(text).parse();
    }

    /**
     * Prints a signature so that {@link #parse} reads it again. The result type is not part of the notation. A value of
     * another type, or nesting beyond {@link #DEEPEST}, is printed in a form that cannot be parsed.
     */
    public static String print(Signature<?> signature) {
        return new ExpressionPrinter(Integer.MAX_VALUE, Integer.MAX_VALUE).print(signature);
    }

    /**
     * Prints a signature in about {@code longest} characters, for people. Long parts are elided.
     *
     * @throws IllegalArgumentException if {@code longest} is below 1
     */
    public static String print(Signature<?> signature, int longest) {
        if (longest < 1) {
            throw new IllegalArgumentException("at least one character is needed, not " + longest);
        }
        return new ExpressionPrinter(longest, ExpressionPrinter.FEW).print(signature);
    }
}
