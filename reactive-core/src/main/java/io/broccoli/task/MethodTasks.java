package io.broccoli.task;

import io.broccoli.feed.Source;
import java.lang.annotation.AnnotationFormatError;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Creates tasks and feeds from the annotated methods of an object. */
final class MethodTasks {

    private MethodTasks() {}

    /** @throws IllegalArgumentException if a class or an annotation of the object cannot be read, or a parameter has no name */
    static List<TaskDefinition> of(Object object) {
        try {
            return found(object);
        } catch (IllegalArgumentException wrong) {
            throw wrong;
        } catch (RuntimeException | LinkageError | AnnotationFormatError broken) {
            throw new IllegalArgumentException(
                    "the methods of " + object.getClass().getName() + " cannot be read: " + described(broken), broken);
        }
    }

    /** Classes are loaded meanwhile, by class loaders that may throw what they like: only the JDK's exceptions are asked. */
    private static String described(Throwable broken) {
        Class<?> type = broken.getClass();
        return type.getClassLoader() == null ? broken.toString() : type.getName();
    }

    private static List<TaskDefinition> found(Object object) {
        List<TaskDefinition> found = new ArrayList<>();
        for (Method method : object.getClass().getMethods()) {
            // what the compiler puts before a method of another type has its annotations too
            TaskMethod annotation = method.isBridge() ? null : method.getAnnotation(TaskMethod.class);
            if (annotation != null) {
                String name = annotation.value().isEmpty() ? method.getName() : annotation.value();
                method.setAccessible(true); // a public method of a class that need not be public
                found.add(new TaskDefinition(
                        Task.of(name).name(), parameters(method), handler(object, method), annotation.replayable()));
            }
            SourceMethod source = method.isBridge() ? null : method.getAnnotation(SourceMethod.class);
            if (source != null) {
                String name = source.value().isEmpty() ? method.getName() : source.value();
                method.setAccessible(true);
                found.add(TaskDefinition.ofFeed(name, source(object, method)));
            }
        }
        found.sort(java.util.Comparator.comparing(TaskDefinition::name)); // reflection has no order
        return found;
    }

    private static Source source(Object object, Method method) {
        if (method.getParameterCount() > 0) {
            throw new IllegalArgumentException(method + " is the method of a feed, and has parameters");
        }
        Object given;
        try {
            given = invoke(object, method, new Object[0]);
        } catch (IllegalAccessException | RuntimeException broken) {
            throw new IllegalArgumentException(
                    method + " is the method of a feed, and failed: " + described(broken), broken);
        }
        if (given instanceof Source source) {
            return source;
        }
        if (given instanceof Publisher<?> publisher) {
            return Source.of(publisher);
        }
        throw new IllegalArgumentException(
                method + " is the method of a feed, and gave neither a Source nor a Publisher");
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

    private static @Nullable Object invoke(Object object, Method method, @Nullable Object[] args)
            throws IllegalAccessException {
        try {
            return method.invoke(object, args);
        } catch (InvocationTargetException failed) {
            Throwable cause = failed.getCause();
            throw MethodTasks.<RuntimeException>unchecked(cause == null ? failed : cause);
        }
    }

    /** Whatever the method threw, as it is: what is neither an exception nor an error can be thrown too. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
