package io.broccoli.canvas.text;

import io.broccoli.task.Signature;

/**
 * Signatures in the notation that users of Celery know. All methods are pure.
 *
 * <pre>{@code
 * chain(add.s(4, 4), mul.s(8), mul.s(10))            add.s(4, 4) | mul.s(8) | mul.s(10)
 * group(add.s(i, i) for i in range(10))              group([add.s(2, 2), add.s(4, 4)])
 * chord([add.s(i, i) for i in range(10)], xsum.s())  chord(add.s(i, i) for i in range(10))(xsum.s())
 * xsum.map([range(10), range(100)])                  add.starmap(zip(range(10), range(10)))
 * add.chunks(zip(range(100), range(100)), 10)        add.s(2)(4)                 what flows in: add(4, 2)
 * add.si(2, 2)                                       add.s(2, y=5)               math.add.s(1), task("any name").s(1)
 * }</pre>
 *
 * Values are numbers, strings in either quotes, {@code True}, {@code False}, {@code None} (or as JSON has them), lists, tuples
 * (which are lists), dicts with strings as keys, {@code range}, {@code zip}, and names that a comprehension binds.
 */
public final class Expression {

    /** Longest text that is read. */
    public static final int LONGEST = 100_000;

    /** Deepest nesting of parentheses and brackets. */
    public static final int DEEPEST = 100;

    /** Most values that a text may make, by range, zip and comprehensions too. */
    public static final int MOST_VALUES = 1_000_000;

    private Expression() {}

    /**
     * Reads a text.
     *
     * @throws MalformedSignatureException if it is not a signature, or exceeds a bound; and nothing else
     */
    @SuppressWarnings("unchecked") // tasks in a text are tasks of Object
    public static Signature<Object> parse(String text) {
        return (Signature<Object>) new ExpressionParser(text).parse();
    }

    /**
     * The whole signature as {@link #parse} reads it. A result's type is not part of the notation; a value that is none of those
     * above, or nesting beyond {@link #DEEPEST}, is shown in a way that cannot be read again.
     */
    public static String print(Signature<?> signature) {
        return new ExpressionPrinter(Integer.MAX_VALUE, Integer.MAX_VALUE).print(signature);
    }

    /** The signature in at most so many characters, for people: what is long is elided. */
    public static String print(Signature<?> signature, int longest) {
        if (longest < 1) {
            throw new IllegalArgumentException("at least one character is needed, not " + longest);
        }
        return new ExpressionPrinter(longest, ExpressionPrinter.FEW).print(signature);
    }
}
