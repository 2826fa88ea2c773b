package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Members at once, each with what flows in. */
record GroupStep(List<Step> members) implements Step {

    @Override
    public void start(Run run, List<? extends @Nullable Object> flow, Run.Then then) {
        Join.list(members.size(), (index, joined, member) -> members.get(index).start(joined, flow, member), run, then);
    }

    @Override
    public long smallestResult() {
        return Gathering.list(
                members.size(), members.stream().mapToLong(Step::smallestResult).sum());
    }

    @Override
    public void gatherings(Consumer<Gathering> found) {
        members.forEach(member -> member.gatherings(found));
    }

    @Override
    public void takers(long bytes, Consumer<Gathering> found) {
        members.forEach(member -> member.takers(bytes, found));
    }

    @Override
    public @Nullable Object firstArgument() {
        return members.isEmpty() ? null : members.get(0).firstArgument();
    }
}
