package io.broccoli.task;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names a parameter of a {@link TaskMethod}. Not needed if the class is compiled with {@code -parameters}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Param {

    /** The name of the parameter. */
    String value();

    /** Whether the argument may be omitted. The parameter is then null, or 0 or false for a primitive type. */
    boolean optional() default false;
}
