package io.broccoli.task;

import io.broccoli.feed.Source;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a public method as a feed; see {@link TaskRegistry.Builder#methodsOf}. The method has no parameters. It is
 * called once, when the registry is built, and returns a {@link Source}, or another
 * {@link org.reactivestreams.Publisher} for a feed that slows down.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface SourceMethod {

    /** The name of the feed. Default: the name of the method. */
    String value() default "";
}
