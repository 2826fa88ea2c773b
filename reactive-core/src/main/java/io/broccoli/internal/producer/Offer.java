package io.broccoli.internal.producer;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.frame.FunctionInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The functions that a node last announced, and the numbers by which it knows them. */
final class Offer {

    private final String node;
    private final Map<String, FunctionInfo> functions = new HashMap<>();
    private String lastTask = "";
    private int lastNumber;

    Offer(NodeInfo node) {
        this.node = node.name();
        for (FunctionInfo function : node.functions()) {
            functions.put(function.name(), function);
        }
    }

    boolean has(List<String> tasks) {
        for (String task : tasks) {
            if (!functions.containsKey(task)) {
                return false;
            }
        }
        return true;
    }

    /** Whether these tasks give the same items each time. */
    boolean replays(List<String> tasks) {
        return tasks.stream().allMatch(task -> {
            FunctionInfo function = functions.get(task);
            return function != null && function.replayable();
        });
    }

    @SuppressWarnings("ReferenceEquality") // most often it is the same object as before
    int number(String task) {
        if (task == lastTask) {
            return lastNumber;
        }
        FunctionInfo function = functions.get(task);
        if (function == null) {
            throw new IllegalStateException(node + " does not offer " + task);
        }
        lastTask = task;
        lastNumber = function.number();
        return lastNumber;
    }
}
