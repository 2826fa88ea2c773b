package io.broccoli.internal.view;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An expression over a sample, in postfix order: constants, the names and operators of {@link Op}, {@code ".field"} for a field
 * of a map, {@code "'text"} for text, and {@code ["and", ...]} or {@code ["or", ...]} around a right operand that is evaluated
 * only if the left one does not decide. It was checked when it was read, so evaluating it takes bounded time and memory.
 */
public final class Expression {

    /** Most elements of an expression, those of right operands included. */
    public static final int MOST_ELEMENTS = 64;

    /** Most operands that wait at a time. */
    static final int MOST_OPERANDS = 16;

    /** Most right operands in one another. */
    static final int MOST_LEVELS = 8;

    /** Most UTF-16 units of a text or of the name of a field. */
    static final int LONGEST_TEXT = 64;

    /** What an operand may be, as bits. */
    static final int NUMBER = 1;

    static final int BOOLEAN = 2;
    private static final int OTHER = 4;
    private static final int ANY = 7;

    private sealed interface Element {}

    private record Constant(@Nullable Object value) implements Element {}

    private record Apply(Op op) implements Element {}

    private record Field(String name) implements Element {}

    private record Right(boolean isAnd, Expression operand) implements Element {}

    /** What an expression is evaluated for. */
    record Reading(@Nullable Object value, long time, long sequence) {}

    private final List<Element> elements = new ArrayList<>();
    private int type;

    private Expression() {}

    /**
     * Reads an expression as it travels.
     *
     * @throws Fault if it is none
     */
    public static Expression read(@Nullable Object plain) throws Fault {
        return read(plain, 0, 0, new int[1]);
    }

    private static Expression read(@Nullable Object plain, int from, int level, int[] count) throws Fault {
        if (!(plain instanceof List<?> list) || list.size() <= from) {
            throw new Fault("an expression is a list that is not empty");
        }
        if (level > MOST_LEVELS) {
            throw new Fault("an expression has at most " + MOST_LEVELS + " levels of 'and' and 'or'");
        }
        Expression read = new Expression();
        int[] types = new int[MOST_OPERANDS];
        int depth = 0;
        for (int i = from; i < list.size(); i++) {
            if (++count[0] > MOST_ELEMENTS) {
                throw new Fault("an expression has at most " + MOST_ELEMENTS + " elements");
            }
            Element element = element(list.get(i), level, count);
            int takes = operands(element);
            if (takes > depth) {
                throw new Fault("an operator lacks an operand");
            }
            if (depth - takes + 1 > MOST_OPERANDS) {
                throw new Fault("at most " + MOST_OPERANDS + " operands wait in an expression");
            }
            depth -= takes;
            types[depth] = type(element, types, depth);
            depth++;
            read.elements.add(element);
        }
        if (depth != 1) {
            throw new Fault("an expression gives one value, not " + depth);
        }
        read.type = types[0];
        return read;
    }

    private static Element element(@Nullable Object plain, int level, int[] count) throws Fault {
        if (plain instanceof List<?> right && !right.isEmpty()) {
            boolean isAnd = "and".equals(right.get(0));
            if (isAnd || "or".equals(right.get(0))) {
                Expression operand = read(right, 1, level + 1, count);
                needs(BOOLEAN, operand.type, isAnd ? "and" : "or");
                return new Right(isAnd, operand);
            }
        }
        if (plain instanceof String text && !text.isEmpty()) {
            Op op = Op.of(text);
            if (op != null) {
                return new Apply(op);
            }
            String rest = text.substring(1);
            if (rest.length() <= LONGEST_TEXT && text.charAt(0) == '\'') {
                return new Constant(rest);
            }
            if (rest.length() <= LONGEST_TEXT && text.charAt(0) == '.') {
                return new Field(rest);
            }
            throw new Fault("an expression knows no " + (text.length() > LONGEST_TEXT ? "text so long" : text));
        }
        if (plain == null || plain instanceof Boolean || plain instanceof Number && !(plain instanceof BigInteger)) {
            Number number = Numbers.of(plain);
            return new Constant(number == null ? plain : number);
        }
        throw new Fault("an element of an expression is a number, true, false, null, a name or an operator");
    }

    private static int operands(Element element) {
        return element instanceof Apply apply ? apply.op.operands : element instanceof Constant ? 0 : 1;
    }

    private static int type(Element element, int[] types, int at) throws Fault {
        if (element instanceof Constant constant) {
            return constant.value instanceof Number ? NUMBER : constant.value instanceof Boolean ? BOOLEAN : OTHER;
        }
        if (element instanceof Field field) {
            needs(OTHER, types[at], "." + field.name);
            return ANY;
        }
        if (element instanceof Right right) {
            needs(BOOLEAN, types[at], right.isAnd ? "and" : "or");
            return BOOLEAN;
        }
        Op op = ((Apply) element).op;
        if (op.operands == 0) {
            return op == Op.VALUE ? ANY : NUMBER;
        }
        for (int i = at; i < at + op.operands && !op.isEquality(); i++) {
            needs(op == Op.NOT ? BOOLEAN : NUMBER, types[i], op.symbol);
        }
        return op == Op.NOT || op.isComparison() ? BOOLEAN : NUMBER;
    }

    private static void needs(int wanted, int type, String operator) throws Fault {
        if ((type & wanted) == 0) {
            String what = wanted == NUMBER ? "a number" : wanted == BOOLEAN ? "true or false" : "a map";
            throw new Fault("'" + operator + "' needs " + what);
        }
    }

    /** Whether it may give true or false. */
    boolean mayBeBoolean() {
        return (type & BOOLEAN) != 0;
    }

    /** @throws Fault if an operand is not of the type that its operator needs */
    @Nullable Object evaluate(Reading of) throws Fault {
        @Nullable Object[] stack = new @Nullable Object[MOST_OPERANDS];
        int top = -1;
        for (Element element : elements) {
            if (element instanceof Constant constant) {
                stack[++top] = constant.value;
            } else if (element instanceof Field field) {
                stack[top] = field(stack[top], field.name);
            } else if (element instanceof Right right) {
                boolean left = isTrue(stack[top], right.isAnd ? "and" : "or");
                stack[top] = left == right.isAnd
                        ? (Object) isTrue(right.operand.evaluate(of), right.isAnd ? "and" : "or")
                        : (Object) left;
            } else {
                Op op = ((Apply) element).op;
                top += 1 - op.operands;
                stack[top] = switch (op) {
                    case VALUE -> of.value;
                    case TIME -> of.time;
                    case SEQUENCE -> of.sequence;
                    case NEGATE -> Numbers.negate(number(stack[top], op));
                    case NOT -> !isTrue(stack[top], op.symbol);
                    case EQUAL -> areEqual(stack[top], stack[top + 1]);
                    case UNEQUAL -> !areEqual(stack[top], stack[top + 1]);
                    default -> compute(op, number(stack[top], op), number(stack[top + 1], op));
                };
            }
        }
        Number number = Numbers.of(stack[0]);
        return number == null ? stack[0] : Numbers.plain(number);
    }

    private static Object compute(Op op, Number a, Number b) throws Fault {
        return switch (op) {
            case ADD -> Numbers.add(a, b);
            case SUBTRACT -> Numbers.subtract(a, b);
            case MULTIPLY -> Numbers.multiply(a, b);
            case DIVIDE -> Numbers.divide(a, b);
            case MODULO -> Numbers.modulo(a, b);
            case LESS -> Numbers.isLess(a, b);
            case AT_MOST -> Numbers.isAtMost(a, b);
            case MORE -> Numbers.isLess(b, a);
            case AT_LEAST -> Numbers.isAtMost(b, a);
            default -> throw new IllegalStateException(op.symbol);
        };
    }

    /** Of scalars; of different types they are not equal, and lists, maps and bytes equal nothing. */
    private static boolean areEqual(@Nullable Object a, @Nullable Object b) {
        Number x = Numbers.of(a);
        Number y = Numbers.of(b);
        if (x != null && y != null) {
            return Numbers.areEqual(x, y);
        }
        boolean scalar = a == null || a instanceof String || a instanceof Boolean;
        return scalar && (a == null ? b == null : a.equals(b));
    }

    private static @Nullable Object field(@Nullable Object of, String name) throws Fault {
        if (of instanceof Map<?, ?> map) {
            return map.get(name);
        }
        throw new Fault("'." + name + "' needs a map, and not " + described(of));
    }

    private static Number number(@Nullable Object value, Op op) throws Fault {
        Number number = Numbers.of(value);
        if (number == null) {
            throw new Fault("'" + op.symbol + "' needs a number, and not " + described(value));
        }
        return number;
    }

    static boolean isTrue(@Nullable Object value, String where) throws Fault {
        if (value instanceof Boolean is) {
            return is;
        }
        throw new Fault("'" + where + "' needs true or false, and not " + described(value));
    }

    /** The type of a value, as the documents call it. */
    static String described(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Boolean) {
            return "a boolean";
        }
        if (value instanceof Number) {
            return "a number";
        }
        return value instanceof String
                ? "text"
                : value instanceof List ? "a list" : value instanceof Map ? "a map" : "bytes";
    }
}
