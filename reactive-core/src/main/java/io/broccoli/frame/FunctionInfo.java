package io.broccoli.frame;

import java.util.List;

/**
 * A function that a node offers. Tasks name it by its number, which is never used again within the node's boot epoch.
 *
 * @param number the number by which bodies name it
 * @param name the task's name
 * @param version the version of the module that it came with, "" for built-in ones
 * @param parameters in order
 * @param replayable whether a stream of its items, cut off by a loss, may be begun anew: they are the same again
 */
public record FunctionInfo(int number, String name, String version, List<Parameter> parameters, boolean replayable) {

    public FunctionInfo(int number, String name, String version, List<Parameter> parameters) {
        this(number, name, version, parameters, false);
    }

    public FunctionInfo {
        parameters = List.copyOf(parameters);
    }

    /**
     * A parameter of a task.
     *
     * @param name as keyword arguments name it
     * @param optional whether it may be left out, because the node has a default for it
     */
    public record Parameter(String name, boolean optional) {}
}
