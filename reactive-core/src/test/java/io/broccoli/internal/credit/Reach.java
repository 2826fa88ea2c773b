package io.broccoli.internal.credit;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what an object of this package keeps alive, by class: through fields, arrays, collections and maps. */
final class Reach {

    private final Map<Object, Object> seen = new IdentityHashMap<>();
    private final ArrayDeque<Object> next = new ArrayDeque<>();
    private final Map<Class<?>, Integer> counts = new HashMap<>();
    private long slots; // of arrays, with those that are empty

    private Reach() {}

    static Reach of(Object root) {
        Reach reach = new Reach();
        reach.visit(root);
        for (Object each = reach.next.poll(); each != null; each = reach.next.poll()) {
            reach.expand(each);
        }
        return reach;
    }

    int count(Class<?> type) {
        return counts.getOrDefault(type, 0);
    }

    long slots() {
        return slots;
    }

    private void visit(@Nullable Object object) {
        if (object != null && seen.put(object, object) == null) {
            counts.merge(object.getClass(), 1, Integer::sum);
            next.add(object);
        }
    }

    private void expand(Object object) {
        if (object instanceof Collection<?> several) {
            several.forEach(this::visit);
        } else if (object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                visit(key);
                visit(value);
            });
        } else if (object instanceof Object[] array) {
            slots += array.length;
            Arrays.asList(array).forEach(this::visit);
        } else if (object.getClass().isArray()) {
            slots += Array.getLength(object);
        } else if (!object.getClass().isHidden()) {
            fields(object);
        }
    }

    private void fields(Object object) {
        for (Class<?> type = object.getClass(); isOurs(type); type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
                    visit(valueOf(field, object));
                }
            }
        }
    }

    private static boolean isOurs(@Nullable Class<?> type) {
        return type != null && type.getPackageName().startsWith("io.broccoli");
    }

    private static @Nullable Object valueOf(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (ReflectiveOperationException denied) {
            throw new IllegalStateException(denied);
        }
    }
}
