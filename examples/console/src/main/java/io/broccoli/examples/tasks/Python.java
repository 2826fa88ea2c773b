package io.broccoli.examples.tasks;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Python's operators on plain values: null, Boolean, Number, String, {@code byte[]}, List and Map. Integers are exact,
 * however large; a Boolean is the integer 1 or 0; an integer and a float make a float. What Python refuses raises a
 * {@link PythonException} with Python's message; what is larger than {@link Bounds} allow is a
 * {@link io.broccoli.task.BadArgumentsException}.
 */
final class Python {

    private Python() {}

    static Object add(@Nullable Object x, @Nullable Object y) {
        if (isNumber(x) && isNumber(y)) {
            return isFloat(x) || isFloat(y)
                    ? (Object) (real(x) + real(y))
                    : narrow(integer(x).add(integer(y)));
        }
        if (x instanceof String first) {
            if (y instanceof String second) {
                Bounds.checkElements((long) first.length() + second.length());
                return first + second;
            }
            throw new PythonException("can only concatenate str (not \"" + typeOf(y) + "\") to str");
        }
        if (x instanceof List<?> first) {
            if (y instanceof List<?> second) {
                Bounds.checkElements(Bounds.elements(first) + Bounds.elements(second) - 1);
                List<@Nullable Object> all = new ArrayList<>(first);
                all.addAll(second);
                return all;
            }
            throw new PythonException("can only concatenate list (not \"" + typeOf(y) + "\") to list");
        }
        throw unsupported("+", x, y);
    }

    static Object multiply(@Nullable Object x, @Nullable Object y) {
        if (isNumber(x) && isNumber(y)) {
            return isFloat(x) || isFloat(y) ? (Object) (real(x) * real(y)) : narrow(product(integer(x), integer(y)));
        }
        if (isSequence(x)) {
            return repeat(Objects.requireNonNull(x), y);
        }
        if (isSequence(y)) {
            return repeat(Objects.requireNonNull(y), x);
        }
        throw unsupported("*", x, y);
    }

    private static BigInteger product(BigInteger x, BigInteger y) {
        Bounds.checkBits((long) x.bitLength() + y.bitLength());
        return x.multiply(y);
    }

    static Object negate(@Nullable Object x) {
        if (isFloat(x)) {
            return -real(x);
        }
        if (isNumber(x)) {
            return narrow(integer(x).negate());
        }
        throw new PythonException("bad operand type for unary -: '" + typeOf(x) + "'");
    }

    /** What a {@code for} loop sees: the elements of a list, the characters of a string, the keys of a map. */
    static Iterable<?> iterate(@Nullable Object xs) {
        if (xs instanceof List<?> list) {
            return list;
        }
        if (xs instanceof String text) {
            return characters(text);
        }
        if (xs instanceof Map<?, ?> map) {
            return map.keySet();
        }
        throw new PythonException("'" + typeOf(xs) + "' object is not iterable");
    }

    /** One at a time: most often the first one ends it. */
    private static Iterable<String> characters(String text) {
        return () -> text.codePoints().mapToObj(Character::toString).iterator();
    }

    static int length(@Nullable Object x) {
        if (x instanceof String text) {
            return text.codePointCount(0, text.length());
        }
        if (x instanceof List<?> list) {
            return list.size();
        }
        if (x instanceof Map<?, ?> map) {
            return map.size();
        }
        throw new PythonException("object of type '" + typeOf(x) + "' has no len()");
    }

    /** How often something is to be done: 0 for negative numbers. */
    static int count(@Nullable Object n) {
        if (!isNumber(n) || isFloat(n)) {
            throw new PythonException("'" + typeOf(n) + "' object cannot be interpreted as an integer");
        }
        BigInteger times = integer(n).max(BigInteger.ZERO);
        Bounds.checkElements(times.bitLength() < 63 ? times.longValue() : Long.MAX_VALUE);
        return times.intValue();
    }

    static double real(@Nullable Object x) {
        if (x instanceof Number number && isFloat(number)) {
            return number.doubleValue();
        }
        if (isNumber(x)) {
            return integer(x).doubleValue();
        }
        throw new PythonException("must be real number, not " + typeOf(x));
    }

    static String str(@Nullable Object x) {
        if (x == null) {
            return "None";
        }
        Bounds.elements(x);
        return x instanceof Boolean truth ? truth ? "True" : "False" : String.valueOf(x);
    }

    private static Object repeat(Object sequence, @Nullable Object times) {
        if (!isNumber(times) || isFloat(times)) {
            throw new PythonException("can't multiply sequence by non-int of type '" + typeOf(times) + "'");
        }
        int count = length(sequence) == 0 ? 1 : count(times);
        if (count == 1) {
            return sequence; // a product of many must not copy it again and again
        }
        if (sequence instanceof String text) {
            Bounds.checkElements((long) text.length() * count);
            return text.repeat(count);
        }
        List<?> list = (List<?>) sequence;
        if (count > 0) {
            Bounds.checkElements((Bounds.elements(list) - 1) * count + 1);
        }
        List<@Nullable Object> all = new ArrayList<>(list.size() * count);
        Collections.nCopies(count, list).forEach(all::addAll);
        return all;
    }

    private static boolean isNumber(@Nullable Object x) {
        return x instanceof Number || x instanceof Boolean;
    }

    private static boolean isFloat(@Nullable Object x) {
        return x instanceof Double || x instanceof Float;
    }

    private static boolean isSequence(@Nullable Object x) {
        return x instanceof String || x instanceof List;
    }

    private static BigInteger integer(@Nullable Object x) {
        if (x instanceof Boolean truth) {
            return truth ? BigInteger.ONE : BigInteger.ZERO;
        }
        if (x instanceof BigInteger big) {
            return big;
        }
        return x instanceof Number number
                ? BigInteger.valueOf(number.longValue())
                : BigInteger.ZERO; // asked of numbers only
    }

    /** The smallest of Integer, Long and BigInteger: what a value is after it travelled. */
    private static Object narrow(BigInteger exact) {
        if (exact.bitLength() < 32) {
            return exact.intValue();
        }
        return exact.bitLength() < 64 ? (Object) exact.longValue() : exact;
    }

    private static PythonException unsupported(String operator, @Nullable Object x, @Nullable Object y) {
        return new PythonException(
                "unsupported operand type(s) for " + operator + ": '" + typeOf(x) + "' and '" + typeOf(y) + "'");
    }

    private static String typeOf(@Nullable Object x) {
        if (x == null) {
            return "NoneType";
        }
        if (x instanceof Boolean) {
            return "bool";
        }
        if (x instanceof Number) {
            return isFloat(x) ? "float" : "int";
        }
        if (x instanceof String) {
            return "str";
        }
        if (x instanceof byte[]) {
            return "bytes";
        }
        return x instanceof List
                ? "list"
                : x instanceof Map ? "dict" : x.getClass().getSimpleName();
    }
}
