package io.broccoli.internal.node;

import io.broccoli.frame.FunctionInfo;
import io.broccoli.task.TaskDefinition;
import io.broccoli.task.TaskRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a node offers at a time: the tasks that it was started with, and those of modules that came later, each by a number that
 * none other has in the node's life. Immutable.
 */
final class Functions implements IntFunction<@Nullable TaskDefinition> {

    private static final int LONGEST_NAME = 64;

    /** @param module the module that brought it; "" if the node was started with it */
    private record Offered(int number, TaskDefinition task, String module, String version) {

        FunctionInfo info() {
            return new FunctionInfo(
                    number,
                    task.name(),
                    version,
                    task.parameters().stream()
                            .map(each -> new FunctionInfo.Parameter(each.name(), each.optional()))
                            .toList(),
                    task.replayable());
        }
    }

    private final List<Offered> all;
    private final int numbers; // that were given
    private final Map<Integer, Offered> visible = new LinkedHashMap<>();
    private final Map<String, TaskDefinition> byName = new HashMap<>();

    private Functions(List<Offered> all, int numbers) {
        this.all = all;
        this.numbers = numbers;
        Map<String, Offered> newest = new HashMap<>();
        for (Offered each : all) {
            visible.put(each.number, each);
            Offered hidden = newest.put(each.task.name(), each); // modules come behind what the node was started with
            if (hidden != null) {
                visible.remove(hidden.number);
            }
            byName.put(each.task.name(), each.task);
        }
    }

    static Functions of(TaskRegistry tasks) {
        return new Functions(List.of(), 0).with(tasks.all(), "", "");
    }

    /** @throws IllegalArgumentException as {@code Node.offer} says */
    Functions with(String module, String version, List<TaskDefinition> tasks) {
        if (module.isEmpty() || module.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("a module's name has 1 to " + LONGEST_NAME + " characters");
        }
        for (TaskDefinition task : tasks) {
            all.stream()
                    .filter(each -> each.task.name().equals(task.name()))
                    .filter(each -> !each.module.isEmpty() && !each.module.equals(module))
                    .findFirst()
                    .ifPresent(other -> {
                        throw new IllegalArgumentException(
                                "the module " + other.module + " has a task " + task.name() + " already");
                    });
        }
        return with(tasks, module, version);
    }

    private Functions with(List<TaskDefinition> tasks, String module, String version) {
        List<Offered> newer = new ArrayList<>(all);
        newer.removeIf(each -> each.module.equals(module));
        int number = numbers;
        for (TaskDefinition task : tasks) {
            newer.add(new Offered(++number, task, module, version));
        }
        return new Functions(List.copyOf(newer), number);
    }

    /** The function of this number; null if it is not offered. */
    @Override
    public @Nullable TaskDefinition apply(int number) {
        Offered offered = visible.get(number);
        return offered == null ? null : offered.task;
    }

    /** The function of this name; null if it is not offered. */
    @Nullable TaskDefinition named(String name) {
        return byName.get(name);
    }

    List<FunctionInfo> infos() {
        return visible.values().stream().map(Offered::info).toList();
    }
}
