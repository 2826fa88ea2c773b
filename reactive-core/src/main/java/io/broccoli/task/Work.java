package io.broccoli.task;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Work that one node runs as one task: it takes one credit, and one place in the node's queue. */
public sealed interface Work {

    /** The names of the tasks that the node must offer, in order. */
    List<String> tasks();

    /**
     * One call of one task.
     *
     * @param task the name of the task
     * @param args positional arguments
     * @param kwargs keyword arguments
     */
    record Call(String task, List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs)
            implements Work {
        @Override
        public List<String> tasks() {
            return List.of(task);
        }
    }

    /**
     * Consecutive steps of a chain. Each result goes before the arguments of the next step, unless that step is
     * immutable.
     *
     * @param steps the steps, in order
     */
    record Chain(List<Step> steps) implements Work {
        public Chain {
            steps = List.copyOf(steps);
        }

        @Override
        public List<String> tasks() {
            return steps.stream().map(Step::task).toList();
        }
    }

    /**
     * A step of a {@link Chain}.
     *
     * @param task the name of the task
     * @param args bound arguments, after the result of the step before
     * @param kwargs keyword arguments
     * @param immutable whether the result of the step before is ignored
     */
    record Step(
            String task,
            List<? extends @Nullable Object> args,
            Map<String, ? extends @Nullable Object> kwargs,
            boolean immutable) {}

    /**
     * A chunk: one task that is called for many items. The result is the list of results, in the order of the items.
     *
     * @param task the name of the task
     * @param args bound arguments, after the item
     * @param items the items
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
