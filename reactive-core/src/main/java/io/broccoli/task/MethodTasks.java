package io.broccoli.task;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tasks of the annotated methods of an object. */
final class MethodTasks {

    private MethodTasks() {}

    static List<TaskDefinition> of(Object object) {
        List<TaskDefinition> found = new ArrayList<>();
        for (Method method : object.getClass().getMethods()) {
            TaskMethod annotation = method.getAnnotation(TaskMethod.class);
            if (annotation != null) {
                String name = annotation.value().isEmpty() ? method.getName() : annotation.value();
                method.setAccessible(true); // a public method of a class that need not be public
                found.add(
                        new TaskDefinition(name, parameters(method), handler(object, method), annotation.replayable()));
            }
        }
        found.sort(java.util.Comparator.comparing(TaskDefinition::name)); // reflection has no order
        return found;
    }

    private static TaskHandler handler(Object object, Method method) {
        List<Class<?>> types = List.of(method.getParameterTypes());
        if (!types.contains(TaskContext.class)) {
            return (context, args) -> invoke(object, method, args);
        }
        return (context, args) -> {
            @Nullable Object[] all = new Object[types.size()];
            int next = 0;
            for (int i = 0; i < all.length; i++) {
                all[i] = types.get(i) == TaskContext.class ? context : args[next++];
            }
            return invoke(object, method, all);
        };
    }

    private static List<Parameter> parameters(Method method) {
        List<Parameter> parameters = new ArrayList<>();
        for (java.lang.reflect.Parameter each : method.getParameters()) {
            if (each.getType() == TaskContext.class) {
                continue;
            }
            Param named = each.getAnnotation(Param.class);
            if (named == null && !each.isNamePresent()) {
                throw new IllegalArgumentException("a parameter of " + method
                        + " has no name: annotate it with @Param, or compile with -parameters");
            }
            String name = named == null ? each.getName() : named.value();
            boolean optional = named != null && named.optional();
            parameters.add(
                    optional
                            ? Parameter.optional(name, each.getParameterizedType(), zero(each.getType()))
                            : Parameter.of(name, each.getParameterizedType()));
        }
        return parameters;
    }

    private static @Nullable Object zero(Class<?> type) {
        return type.isPrimitive() ? java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0) : null;
    }

    private static @Nullable Object invoke(Object object, Method method, @Nullable Object[] args) throws Exception {
        try {
            return method.invoke(object, args);
        } catch (InvocationTargetException failed) {
            if (failed.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (failed.getCause() instanceof Error cause) {
                throw cause;
            }
            throw failed;
        }
    }
}
