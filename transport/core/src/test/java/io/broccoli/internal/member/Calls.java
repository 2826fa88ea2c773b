package io.broccoli.internal.member;

import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.task.Work;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A plan of one call for each element. */
public record Calls<I, R>(String task, Function<I, List<? extends @Nullable Object>> args, Class<R> type)
        implements Plan<I, R> {

    public static Calls<Integer, Integer> doubling() {
        return new Calls<>("add", x -> Arrays.asList(x, x), Integer.class);
    }

    static <I> Calls<I, Integer> of(String task) {
        return new Calls<>(task, Collections::singletonList, Integer.class);
    }

    @Override
    public void begin(I element, Run run) {
        run.submit(new Work.Call(task, args.apply(element), Map.of()), Calls::succeed);
    }

    private static void succeed(Run run, Payload value) {
        run.succeed(value);
    }

    @Override
    public Type resultType() {
        return type;
    }
}
