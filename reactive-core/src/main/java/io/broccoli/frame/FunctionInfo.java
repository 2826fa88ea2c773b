package io.broccoli.frame;

import java.util.List;

/**
 * A function that a node offers. Bodies name it by its number. A number is not reused within the boot epoch of the
 * node.
 *
 * @param number the number by which bodies name it
 * @param name the name of the task
 * @param version the version of the module that it belongs to; "" if it belongs to none
 * @param parameters in order
 * @param replayable whether it gives the same items when it runs again, so that an interrupted stream can continue
 */
public record FunctionInfo(int number, String name, String version, List<Parameter> parameters, boolean replayable) {

    /** A function that is not replayable. */
    public FunctionInfo(int number, String name, String version, List<Parameter> parameters) {
        this(number, name, version, parameters, false);
    }

    public FunctionInfo {
        parameters = List.copyOf(parameters);
    }

    /**
     * A parameter of a task.
     *
     * @param name the name used by keyword arguments
     * @param optional whether the argument may be omitted, because the node has a default
     */
    public record Parameter(String name, boolean optional) {}
}
