package io.broccoli.internal.view;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic of views, the same on JVM nodes and boards: integers are exact within 64 bits and floating point beyond; if one of
 * two numbers is floating point, both are.
 */
final class Numbers {

    private Numbers() {}

    /** Long or Double; null if it is no number. */
    static @Nullable Number of(@Nullable Object value) {
        if (value instanceof Integer number) {
            return number.longValue();
        }
        if (value instanceof Long || value instanceof Double) {
            return (Number) value;
        }
        if (value instanceof Float || value instanceof BigInteger) {
            return ((Number) value).doubleValue();
        }
        return null;
    }

    /** As values travel: the smallest of Integer and Long. */
    static Number plain(Number number) {
        if (number instanceof Long whole && whole.intValue() == whole) {
            return whole.intValue();
        }
        return number;
    }

    static Number add(Number a, Number b) {
        if (a instanceof Long x && b instanceof Long y) {
            long sum = x + y;
            if (((x ^ sum) & (y ^ sum)) >= 0) {
                return sum;
            }
        }
        return a.doubleValue() + b.doubleValue();
    }

    static Number subtract(Number a, Number b) {
        if (a instanceof Long x && b instanceof Long y) {
            long difference = x - y;
            if (((x ^ y) & (x ^ difference)) >= 0) {
                return difference;
            }
        }
        return a.doubleValue() - b.doubleValue();
    }

    static Number multiply(Number a, Number b) {
        if (a instanceof Long x && b instanceof Long y) {
            long high = Math.multiplyHigh(x, y);
            long low = x * y;
            if (high == low >> 63) {
                return low;
            }
        }
        return a.doubleValue() * b.doubleValue();
    }

    static Number divide(Number a, Number b) throws Fault {
        if (b.doubleValue() == 0) {
            throw new Fault("a division by zero");
        }
        return a.doubleValue() / b.doubleValue();
    }

    /** The sign is that of the divisor. */
    static Number modulo(Number a, Number b) throws Fault {
        if (b.doubleValue() == 0) {
            throw new Fault("a division by zero");
        }
        if (a instanceof Long x && b instanceof Long y) {
            return Math.floorMod(x, y);
        }
        double divisor = b.doubleValue();
        double rest = a.doubleValue() % divisor;
        if (rest == 0) {
            return Math.copySign(0.0, divisor);
        }
        return rest < 0 != divisor < 0 ? rest + divisor : rest;
    }

    static Number negate(Number a) {
        return a instanceof Double number ? (Number) (-number) : subtract(0L, a);
    }

    static boolean isLess(Number a, Number b) {
        return a instanceof Long x && b instanceof Long y ? x < y : a.doubleValue() < b.doubleValue();
    }

    static boolean isAtMost(Number a, Number b) {
        return a instanceof Long x && b instanceof Long y ? x <= y : a.doubleValue() <= b.doubleValue();
    }

    static boolean areEqual(Number a, Number b) {
        return a instanceof Long x && b instanceof Long y ? x.equals(y) : a.doubleValue() == b.doubleValue();
    }
}
