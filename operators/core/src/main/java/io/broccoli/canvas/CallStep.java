package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import io.broccoli.task.Work;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call of one task. */
record CallStep(String task, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, boolean immutable)
        implements Step {

    @Override
    public void start(Run run, List<? extends @Nullable Object> flow, Run.Then then) {
        run.submit(new Work.Call(task, arguments(flow), kwargs), then);
    }

    @Override
    public void stream(Run run, List<? extends @Nullable Object> flow, Run.Then then) {
        run.stream(new Work.Call(task, arguments(flow), kwargs), then);
    }

    /** The same call as a place in a row. */
    Work.Step inRow(List<? extends @Nullable Object> flow) {
        return new Work.Step(task, arguments(flow), kwargs, immutable);
    }

    @Override
    public void takers(long bytes, Consumer<Gathering> found) {
        if (!immutable) {
            found.accept(new Gathering(task, bytes));
        }
    }

    @Override
    public @Nullable Object firstArgument() {
        return args.isEmpty() ? null : args.get(0);
    }

    private List<? extends @Nullable Object> arguments(List<? extends @Nullable Object> flow) {
        if (immutable || flow.isEmpty()) {
            return args;
        }
        if (args.isEmpty()) {
            return flow;
        }
        int flowing = flow.size();
        @Nullable Object[] all = new Object[flowing + args.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i < flowing ? flow.get(i) : args.get(i - flowing);
        }
        return Arrays.asList(all); // once for each element: lists copied into a list cost three times as much
    }
}
