package io.broccoli.task;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a public method as a task; see {@link TaskRegistry.Builder#methodsOf}. Its parameters are named by
 * {@link Param}, or by {@code javac -parameters}. A parameter of the type {@link TaskContext} receives the context and
 * is not a parameter of the task.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface TaskMethod {

    /** The name of the task. Default: the name of the method. */
    String value() default "";

    /** Whether the task is replayable; see {@link TaskDefinition#replayable()}. */
    boolean replayable() default false;
}
