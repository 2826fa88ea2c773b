package io.broccoli.transport.codec;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes plain values values of a type: numbers, lists and maps of them by itself, whatever else by Jackson. */
final class Conversion {
    private static final Map<Class<?>, Class<?>> WRAPPERS = Map.of(
            int.class, Integer.class,
            long.class, Long.class,
            double.class, Double.class,
            boolean.class, Boolean.class,
            float.class, Float.class,
            short.class, Short.class,
            byte.class, Byte.class,
            void.class, Void.class,
            char.class, Character.class);

    private static final Set<Class<?>> PLAIN = Set.of(
            Object.class,
            Integer.class,
            Long.class,
            Double.class,
            Boolean.class,
            String.class,
            byte[].class,
            List.class,
            Collection.class,
            Iterable.class,
            Map.class,
            Number.class,
            Float.class,
            Short.class,
            Byte.class,
            BigInteger.class,
            Void.class);

    private static final double TWO_TO_63 = 0x1p63;

    private final TypedValues typed;

    Conversion(TypedValues typed) {
        this.typed = typed;
    }

    /** Whether Jackson is not needed for it. */
    boolean isPlain(Type type) {
        if (type instanceof Class<?> raw) {
            return raw == Integer.class || PLAIN.contains(raw) || (raw.isPrimitive() && raw != char.class);
        }
        if (type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            if (isList(generic.getRawType())) {
                return isPlain(of[0]);
            }
            return generic.getRawType() == Map.class && of[0] == String.class && isPlain(of[1]);
        }
        return false;
    }

    /**
     * A sample where only its value fits is its value.
     *
     * @throws Misfit if it is not possible
     */
    @Nullable Object convert(@Nullable Object plain, Type type) {
        try {
            return convertWhole(plain, type);
        } catch (Misfit misfit) {
            if (plain != null && Samples.isSample(plain)) {
                return convertWhole(Samples.value(plain), type);
            }
            throw misfit;
        }
    }

    private @Nullable Object convertWhole(@Nullable Object plain, Type type) {
        if (type instanceof Class<?> raw) {
            return toClass(plain, raw);
        }
        if (plain == null) {
            return null;
        }
        if (isPlain(type) && type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            if (plain instanceof List<?> list && isList(generic.getRawType())) {
                return elements(list, of[0]);
            }
            if (plain instanceof Map<?, ?> map && generic.getRawType() == Map.class) {
                return values(map, of[1]);
            }
            throw Misfit.of(plain, type);
        }
        return typed.convert(plain, type);
    }

    private @Nullable Object toClass(@Nullable Object plain, Class<?> raw) {
        if (raw.isInstance(plain)) {
            return plain;
        }
        Class<?> type = raw.isPrimitive() ? WRAPPERS.getOrDefault(raw, raw) : raw;
        if (plain == null) {
            if (raw.isPrimitive() && raw != void.class) {
                throw Misfit.of(null, raw);
            }
            return null;
        }
        if (type.isInstance(plain)) {
            return plain;
        }
        if (!PLAIN.contains(type)) {
            return typed.convert(plain, type);
        }
        if (plain instanceof Number number && Number.class.isAssignableFrom(type)) {
            return number(number, raw);
        }
        throw Misfit.of(plain, raw);
    }

    /** The same list if its elements are of the type already. */
    private List<?> elements(List<?> list, Type type) {
        List<@Nullable Object> changed = null;
        int i = 0;
        try {
            for (Object element : list) {
                Object converted = convert(element, type);
                if (changed == null && converted != element) {
                    changed = new ArrayList<>(list.subList(0, i));
                }
                if (changed != null) {
                    changed.add(converted);
                }
                i++;
            }
        } catch (Misfit misfit) {
            throw misfit.in(i);
        }
        return changed == null ? list : changed;
    }

    private Map<?, ?> values(Map<?, ?> map, Type type) {
        Map<@Nullable Object, @Nullable Object> converted = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            try {
                converted.put(key, convert(value, type));
            } catch (Misfit misfit) {
                throw misfit.in("." + key);
            }
        });
        return converted;
    }

    /** @throws Misfit if something would be lost, but for digits of a floating point number */
    static Number number(Number number, Class<?> type) {
        if (type == Double.class || type == double.class) {
            return number.doubleValue();
        }
        if (type == Float.class || type == float.class) {
            return number.floatValue();
        }
        if (type == BigInteger.class) {
            return big(number);
        }
        long value = integral(number, type);
        if (type == Long.class || type == long.class) {
            return value;
        }
        if ((type == Integer.class || type == int.class) && value == (int) value) {
            return (int) value;
        }
        if ((type == Short.class || type == short.class) && value == (short) value) {
            return (short) value;
        }
        if ((type == Byte.class || type == byte.class) && value == (byte) value) {
            return (byte) value;
        }
        throw Misfit.of(number, type);
    }

    private static long integral(Number number, Class<?> type) {
        if (number instanceof Double || number instanceof Float) {
            double value = number.doubleValue();
            if (value != Math.rint(value) || value < -TWO_TO_63 || value >= TWO_TO_63) {
                throw Misfit.of(number, type);
            }
            return (long) value;
        }
        if (number instanceof BigInteger big && big.bitLength() > 63) {
            throw Misfit.of(number, type);
        }
        return number.longValue();
    }

    private static BigInteger big(Number number) {
        if (number instanceof BigInteger big) {
            return big;
        }
        if (!(number instanceof Double || number instanceof Float)) {
            return BigInteger.valueOf(number.longValue());
        }
        double value = number.doubleValue();
        if (value != Math.rint(value) || Double.isInfinite(value)) {
            throw Misfit.of(number, BigInteger.class);
        }
        return new BigDecimal(value).toBigInteger();
    }

    private static boolean isList(Type raw) {
        return raw == List.class || raw == Collection.class || raw == Iterable.class;
    }
}
