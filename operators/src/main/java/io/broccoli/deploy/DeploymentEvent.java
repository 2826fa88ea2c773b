package io.broccoli.deploy;

import io.broccoli.task.TaskOutcome;
import java.util.List;

/** What becomes of a module on a node. The last one for a node and module is any but a {@link Progress}. */
public sealed interface DeploymentEvent {

    /** The node's name. */
    String node();

    /** The module's name. */
    String module();

    /** So many bytes of all are there. */
    record Progress(String node, String module, int bytes, int of) implements DeploymentEvent {}

    /**
     * The node offers the module's tasks, in place of those of its older version.
     *
     * @param tasks their names
     */
    record Deployed(String node, String module, String version, List<String> tasks) implements DeploymentEvent {
        public Deployed {
            tasks = List.copyOf(tasks);
        }
    }

    /** The node had this version; nothing was sent. */
    record Present(String node, String module, String version) implements DeploymentEvent {}

    /** The node has the module no more. */
    record Removed(String node, String module) implements DeploymentEvent {}

    /** The node takes modules, but none of this kind: a board no jar, a node of the JVM no Python. Nothing was sent. */
    record NotTaken(String node, String module) implements DeploymentEvent {}

    /** It went wrong; what the node had before goes on. */
    record Failed(String node, String module, TaskOutcome.Failure<?> failure) implements DeploymentEvent {

        /** What happened, where, and the node's traceback, if it gave one. */
        public String text() {
            String message = String.valueOf(failure.toException().getMessage());
            return failure.trace().isBlank()
                    ? message
                    : message + "\n" + failure.trace().stripTrailing();
        }
    }
}
