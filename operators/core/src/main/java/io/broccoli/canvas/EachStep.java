package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import io.broccoli.task.Work;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map or a starmap: a call for each item; what flows in is ignored. */
record EachStep(String task, List<@Nullable Object> items, boolean spread) implements Step {

    EachStep {
        if (spread) {
            items.forEach(Args::spread); // refused before anything runs
        }
    }

    @Override
    public void start(Run run, List<? extends @Nullable Object> flow, Run.Then then) {
        Join.list(
                items.size(),
                (index, joined, member) -> joined.submit(new Work.Call(task, arguments(index), Map.of()), member),
                run,
                then);
    }

    @Override
    public long smallestResult() {
        return Gathering.list(items.size(), items.size() * Gathering.SMALLEST_RESULT);
    }

    @Override
    public @Nullable Object firstArgument() {
        List<?> first = items.isEmpty() ? List.of() : arguments(0);
        return first.isEmpty() ? null : first.get(0);
    }

    private List<?> arguments(int index) {
        return spread ? Args.spread(items.get(index)) : Args.flow(items.get(index));
    }
}
