package io.broccoli.deploy;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import java.util.Arrays;

/** What a module is written in. A node offers, for each kind that it takes, the task with which one is begun. */
enum ModuleKind {
    /** A file of Python, for boards. */
    PYTHON(".py", "deploy.begin", "begin"),
    /** A jar, for nodes of the JVM. */
    JAR(".jar", "deploy.begin_jar", "begin_jar");

    private final String ending;
    private final String beginning;
    private final String signed;

    ModuleKind(String ending, String beginning, String signed) {
        this.ending = ending;
        this.beginning = beginning;
        this.signed = signed;
    }

    static ModuleKind of(String fileName) {
        return fileName.endsWith(JAR.ending) ? JAR : PYTHON;
    }

    String ending() {
        return ending;
    }

    /** The task. */
    String beginning() {
        return beginning;
    }

    /** The first of what is signed, so that a file of one kind is not taken for one of another. */
    String signed() {
        return signed;
    }

    boolean isTakenBy(NodeInfo node) {
        return node.state() == NodeState.ACTIVE
                && node.functions().stream().anyMatch(each -> each.name().equals(beginning));
    }

    static boolean anyIsTakenBy(NodeInfo node) {
        return Arrays.stream(values()).anyMatch(kind -> kind.isTakenBy(node));
    }
}
