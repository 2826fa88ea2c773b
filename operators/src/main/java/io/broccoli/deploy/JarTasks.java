package io.broccoli.deploy;

import io.broccoli.task.Parameter;
import io.broccoli.task.TaskDefinition;
import io.broccoli.task.TaskHandler;
import io.broccoli.task.TaskMethod;
import io.broccoli.task.TaskRegistry;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/** The tasks of a jar: the annotated methods of its classes that can be made. */
final class JarTasks {

    private static final String ANNOTATION = "L" + TaskMethod.class.getName().replace('.', '/') + ";";

    private JarTasks() {}

    /**
     * Loads and initializes the classes with tasks; only classes whose bytes mention the annotation are looked at.
     *
     * @throws ModuleException if it has none, or one cannot be made, whatever the reason
     */
    static TaskRegistry of(String name, byte[] jar) {
        TaskRegistry.Builder found = TaskRegistry.builder();
        JarClassLoader loader = JarClassLoader.of(name, jar);
        for (String each : loader.classesThatMention(ANNOTATION)) {
            try {
                Class<?> type = Class.forName(each, true, loader);
                if (type.getClassLoader() == loader && hasTasks(type)) {
                    found.methodsOf(instance(type));
                }
            } catch (InvocationTargetException thrown) {
                Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
                throw new ModuleException("the constructor of " + each + " failed: " + cause, cause);
            } catch (ExceptionInInitializerError thrown) {
                Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
                throw new ModuleException("the class " + each + " cannot be initialized: " + cause, cause);
            } catch (
                    Throwable
                            thrown) { // whatever it is, even a lack of memory: the older version goes on, and who sent
                // it hears of it
                throw new ModuleException("the class " + each + " cannot be used: " + thrown, thrown);
            }
        }
        TaskRegistry.Builder guarded = TaskRegistry.builder();
        TaskRegistry tasks = found.build();
        if (tasks.all().isEmpty()) {
            throw new ModuleException("it has no tasks: no public method of a class of it has @TaskMethod");
        }
        for (TaskDefinition task : tasks.all()) {
            guarded.task(task.name(), guarded(task.handler()), task.parameters().toArray(Parameter[]::new));
            if (task.replayable()) {
                guarded.replayable(task.name());
            }
        }
        return guarded.build();
    }

    private static boolean hasTasks(Class<?> type) {
        return !type.isInterface()
                && !Modifier.isAbstract(type.getModifiers())
                && Arrays.stream(type.getMethods()).anyMatch(method -> method.isAnnotationPresent(TaskMethod.class));
    }

    private static Object instance(Class<?> type) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    /** A class that the jar lacks is that task's failure; from a node's own tasks it would be taken for the end of the JVM. */
    private static TaskHandler guarded(TaskHandler handler) {
        return (context, args) -> {
            try {
                return handler.handle(context, args);
            } catch (LinkageError missing) {
                throw new ModuleException(missing.toString(), missing);
            }
        };
    }
}
