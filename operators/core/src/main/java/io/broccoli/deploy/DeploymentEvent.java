package io.broccoli.deploy;

import io.broccoli.task.TaskOutcome;
import java.util.List;

/** An event of a deployment on one node. The last event for a node and a module is never a {@link Progress}. */
public sealed interface DeploymentEvent {

    /** The node's name. */
    String node();

    /** The module's name. */
    String module();

    /**
     * A part of the module was transferred.
     *
     * @param bytes bytes that the node has
     * @param of bytes of the whole module
     */
    record Progress(String node, String module, int bytes, int of) implements DeploymentEvent {}

    /**
     * The node offers the tasks of the module. They replaced those of its older version.
     *
     * @param version the version of the module
     * @param tasks the names of the tasks
     */
    record Deployed(String node, String module, String version, List<String> tasks) implements DeploymentEvent {
        public Deployed {
            tasks = List.copyOf(tasks);
        }
    }

    /** The node already has this version. Nothing was sent. */
    record Present(String node, String module, String version) implements DeploymentEvent {}

    /** The module was removed from the node. */
    record Removed(String node, String module) implements DeploymentEvent {}

    /**
     * The node accepts modules, but not of this kind: a board accepts no jar, a JVM node no Python. Nothing was sent.
     */
    record NotTaken(String node, String module) implements DeploymentEvent {}

    /**
     * The deployment failed. The node keeps the version that it had.
     *
     * @param failure the cause
     */
    record Failed(String node, String module, TaskOutcome.Failure<?> failure) implements DeploymentEvent {

        /** The message, with the node's traceback if there is one. */
        public String text() {
            String message = String.valueOf(failure.toException().getMessage());
            return failure.trace().isBlank()
                    ? message
                    : message + "\n" + failure.trace().stripTrailing();
        }
    }
}
