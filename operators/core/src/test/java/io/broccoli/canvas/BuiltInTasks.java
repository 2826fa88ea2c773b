package io.broccoli.canvas;

import io.broccoli.task.Parameter;
import io.broccoli.task.TaskHandler;
import io.broccoli.task.TaskRegistry;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The tasks of the conformance cases, with Python's meaning of plus. */
@NullUnmarked
final class BuiltInTasks {

    private static final Map<String, List<String>> PARAMETERS = new LinkedHashMap<>();
    private static final Map<String, TaskHandler> HANDLERS = new LinkedHashMap<>();

    static {
        define("add", (context, args) -> plus(args[0], args[1]), "x", "y");
        define("concat", (context, args) -> plus(args[0], args[1]), "a", "b");
        define("mul", (context, args) -> times(args[0], args[1]), "x", "y");
        define("xsum", (context, args) -> sum(args[0]), "xs");
        define("tsum", (context, args) -> sum(args[0]), "xs");
        define("xprod", (context, args) -> product(args[0]), "xs");
        define("identity", (context, args) -> args[0], "x");
        define("neg", (context, args) -> times(args[0], -1), "x");
        define("mapper", (context, args) -> mapper((String) args[0]), "word");
        define("range_list", (context, args) -> range((Integer) args[0]), "n");
        define(
                "fail",
                (context, args) -> {
                    throw new IllegalStateException(String.valueOf(args[0]));
                },
                "message");
        define("sleep_then", sleepThen(Schedulers.parallel()), "x", "ms");
        define("count", (context, args) -> Flux.range(0, (Integer) args[0]), "n");
        define(
                "count_then_fail",
                (context, args) -> Flux.range(0, (Integer) args[0])
                        .concatWith(Mono.error(new IllegalStateException("after " + args[0]))),
                "n");
    }

    private BuiltInTasks() {}

    private static TaskHandler sleepThen(Scheduler time) {
        return (context, args) ->
                Mono.delay(Duration.ofMillis((Integer) args[1]), time).map(tick -> args[0]);
    }

    private static void define(String name, TaskHandler handler, String... parameters) {
        PARAMETERS.put(name, List.of(parameters));
        HANDLERS.put(name, handler);
    }

    static List<String> names() {
        return List.copyOf(HANDLERS.keySet());
    }

    static TaskRegistry.Builder registry(List<String> names) {
        return registry(names, Schedulers.parallel());
    }

    /** @param time on which sleep_then sleeps */
    static TaskRegistry.Builder registry(List<String> names, Scheduler time) {
        TaskRegistry.Builder builder = TaskRegistry.builder();
        for (String name : names) {
            builder.task(
                    name,
                    name.equals("sleep_then") ? sleepThen(time) : HANDLERS.get(name),
                    PARAMETERS.get(name).stream().map(Parameter::of).toArray(Parameter[]::new));
        }
        return builder;
    }

    static @Nullable Object plus(@Nullable Object left, @Nullable Object right) {
        if (left instanceof String a && right instanceof String b) {
            return a + b;
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            List<@Nullable Object> all = new ArrayList<>(a);
            all.addAll(b);
            return all;
        }
        if (left instanceof Double || right instanceof Double) {
            return number(left).doubleValue() + number(right).doubleValue();
        }
        return whole(left).add(whole(right));
    }

    private static Object times(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Double || right instanceof Double) {
            return number(left).doubleValue() * number(right).doubleValue();
        }
        return whole(left).multiply(whole(right));
    }

    private static @Nullable Object sum(@Nullable Object values) {
        Object sum = 0;
        for (Object each : (List<?>) values) {
            sum = plus(sum, each);
        }
        return sum;
    }

    private static Object product(@Nullable Object values) {
        Object product = 1;
        for (Object each : (List<?>) values) {
            product = times(product, each);
        }
        return product;
    }

    private static @Nullable List<Object> mapper(String word) {
        return word.length() > 3 ? Arrays.asList(word, 1) : null;
    }

    private static List<Integer> range(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    private static Number number(@Nullable Object value) {
        return (Number) value;
    }

    private static BigInteger whole(@Nullable Object value) {
        if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
            return new BigInteger(value.toString());
        }
        throw new IllegalArgumentException("unsupported operand: " + value);
    }
}
