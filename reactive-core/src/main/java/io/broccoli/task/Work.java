package io.broccoli.task;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one node runs as one task: one message's entry, one credit, one place in its queue. */
public sealed interface Work {

    /** The names of the tasks that a node must offer, in order. */
    List<String> tasks();

    /** One call of one task. */
    record Call(String task, List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs)
            implements Work {
        @Override
        public List<String> tasks() {
            return List.of(task);
        }
    }

    /** Neighbouring steps of a chain: each result is put before the arguments of the next, unless that is immutable. */
    record Chain(List<Step> steps) implements Work {
        public Chain {
            steps = List.copyOf(steps);
        }

        @Override
        public List<String> tasks() {
            return steps.stream().map(Step::task).toList();
        }
    }

    /** A step of a {@link Chain}. */
    record Step(
            String task,
            List<? extends @Nullable Object> args,
            Map<String, ? extends @Nullable Object> kwargs,
            boolean immutable) {}

    /**
     * A chunk: one task with many items; the result is the list of theirs.
     *
     * @param args bound arguments behind the item
     * @param spread whether an item is a list of arguments
     */
    record Each(
            String task, List<? extends @Nullable Object> args, List<? extends @Nullable Object> items, boolean spread)
            implements Work {
        @Override
        public List<String> tasks() {
            return List.of(task);
        }
    }
}
