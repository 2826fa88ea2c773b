package io.broccoli.task;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names a parameter of a {@link TaskMethod}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Param {

    String value();

    /** Whether it may be left out; it is then null (0 or false for a primitive type). */
    boolean optional() default false;
}
