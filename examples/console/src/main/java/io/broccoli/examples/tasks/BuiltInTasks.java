package io.broccoli.examples.tasks;

import io.broccoli.task.TaskMethod;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The tasks that every node offers: small ones, by which each word of the canvas can be tried and tested. Wrong types raise
 * with Python's messages, which is TASK_FAILED. What would take too much of the node ({@link Bounds}) is refused, which
 * is BAD_ARGUMENTS: no argument may cost the node its memory.
 */
public final class BuiltInTasks {

    private BuiltInTasks() {}

    /** The built-in tasks, and those of other objects with {@link TaskMethod}s. */
    public static TaskRegistry registry(Object... others) {
        TaskRegistry.Builder tasks = builder();
        for (Object other : others) {
            tasks.methodsOf(other);
        }
        return tasks.build();
    }

    /** These tasks, and whatever is added. */
    public static TaskRegistry.Builder builder() {
        return TaskRegistry.builder().methodsOf(new BuiltInTasks());
    }

    /** x + y. */
    @TaskMethod
    public Object add(@Nullable Object x, @Nullable Object y) {
        return Python.add(x, y);
    }

    /** x * y. */
    @TaskMethod
    public Object mul(@Nullable Object x, @Nullable Object y) {
        return Python.multiply(x, y);
    }

    /** -x. */
    @TaskMethod
    public Object neg(@Nullable Object x) {
        return Python.negate(x);
    }

    /** a + b, the words that one expects of strings and lists. */
    @TaskMethod
    public Object concat(@Nullable Object a, @Nullable Object b) {
        return Python.add(a, b);
    }

    /** The sum of a list; 0 of an empty one. */
    @TaskMethod
    public Object xsum(@Nullable Object xs) {
        Object sum = 0;
        for (Object x : Python.iterate(xs)) {
            sum = Python.add(sum, x);
        }
        return sum;
    }

    /** The same as {@link #xsum}, by the name that Celery's tests have for it. */
    @TaskMethod
    public Object tsum(@Nullable Object xs) {
        return xsum(xs);
    }

    /** The product of a list; 1 of an empty one. */
    @TaskMethod
    public Object xprod(@Nullable Object xs) {
        Object product = 1;
        for (Object x : Python.iterate(xs)) {
            product = Python.multiply(product, x);
        }
        return product;
    }

    /** x, as it came. */
    @TaskMethod
    public @Nullable Object identity(@Nullable Object x) {
        return x;
    }

    /** Never succeeds. */
    @TaskMethod
    public Object fail(@Nullable Object message) {
        throw new PythonException(Python.str(message));
    }

    /** [word, 1] for a word longer than three letters, null for others: the first half of a word count. */
    @TaskMethod
    public @Nullable Object mapper(@Nullable Object word) {
        return Python.length(word) > 3 ? Arrays.asList(word, 1) : null;
    }

    /** x, after so many milliseconds; no thread waits. */
    @TaskMethod("sleep_then")
    public Mono<Object> sleepThen(@Nullable Object x, @Nullable Object ms) {
        double millis = Python.real(ms);
        if (!(millis >= 0)) {
            throw new PythonException("sleep length must be non-negative");
        }
        Bounds.checkSleep(millis);
        return Mono.delay(Duration.ofNanos((long) (millis * 1e6))).flatMap(tick -> Mono.justOrEmpty(x));
    }

    /** [0, 1, ... n - 1]. */
    @TaskMethod("range_list")
    public Object rangeList(@Nullable Object n) {
        return IntStream.range(0, Python.count(n)).boxed().toList();
    }
}
