package io.broccoli.task;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method a task; its parameters are named by {@link Param}, or by {@code javac -parameters}. One of type
 * {@link TaskContext} is none of the task's: it is given the context.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface TaskMethod {

    /** The task's name; "" for that of the method. */
    String value() default "";

    /** {@link TaskDefinition#replayable()}. */
    boolean replayable() default false;
}
