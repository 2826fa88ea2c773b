package io.broccoli.deploy;

import io.broccoli.task.SourceMethod;
import io.broccoli.task.TaskMethod;
import io.broccoli.task.TaskRegistry;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/** The tasks and feeds of a jar: the annotated methods of its classes that can be made. */
final class JarTasks {

    private static final String[] ANNOTATIONS = {mention(TaskMethod.class), mention(SourceMethod.class)};

    private final String name;
    private final byte[] jar;
    private volatile String at = "its class loader";

    private static String mention(Class<?> annotation) {
        return "L" + annotation.getName().replace('.', '/') + ";";
    }

    JarTasks(String name, byte[] jar) {
        this.name = name;
        this.jar = jar;
    }

    /** Which foreign code runs now, in words; from any thread. */
    String at() {
        return at;
    }

    /**
     * Loads and initializes the classes with tasks; only classes whose bytes mention the annotation are looked at. Runs code of the
     * jar, which may do anything.
     *
     * @throws ModuleException if it has none, or one cannot be made, whatever the reason
     * @throws ModuleError after an error of the VM
     */
    TaskRegistry load() {
        TaskRegistry.Builder found = TaskRegistry.builder();
        JarClassLoader loader = JarClassLoader.of(name, jar);
        for (String each : loader.classesThatMention(ANNOTATIONS)) {
            try {
                at = "the initializer of " + each;
                Class<?> type = Class.forName(each, true, loader);
                if (type.getClassLoader() == loader && hasTasks(type)) {
                    at = "the constructor of " + each;
                    found.methodsOf(instance(type));
                }
            } catch (InvocationTargetException thrown) {
                throw failed("the constructor of " + each + " failed", cause(thrown));
            } catch (ExceptionInInitializerError thrown) {
                throw failed("the class " + each + " cannot be initialized", cause(thrown));
            } catch (Throwable thrown) {
                throw failed("the class " + each + " cannot be used", thrown);
            }
        }
        TaskRegistry tasks = found.build();
        if (tasks.all().isEmpty()) {
            throw new ModuleException(
                    "it has no tasks: no public method of a class of it has @TaskMethod or @SourceMethod");
        }
        return tasks;
    }

    private static Throwable cause(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return cause == null ? thrown : cause;
    }

    /** A stack that overflows is the fault of who filled it; after any other error of the VM the node cannot go on. */
    private static ModuleException failed(String what, Throwable cause) {
        String message = what + ": " + ForeignWords.described(cause);
        if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
            throw new ModuleError(message, cause);
        }
        return new ModuleException(message, cause);
    }

    private static boolean hasTasks(Class<?> type) {
        return !type.isInterface()
                && !Modifier.isAbstract(type.getModifiers())
                && Arrays.stream(type.getMethods())
                        .anyMatch(method -> method.isAnnotationPresent(TaskMethod.class)
                                || method.isAnnotationPresent(SourceMethod.class));
    }

    private static Object instance(Class<?> type) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }
}
