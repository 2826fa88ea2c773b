package io.broccoli.deploy;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import java.util.Arrays;
import java.util.regex.Pattern;

/** What a module is written in. A node offers, for each kind that it takes, the task with which its transfer is opened. */
enum ModuleKind {
    /** A file of Python, for boards: its name is what is imported. */
    PYTHON(".py", "deploy.open", "\\w+", "letters, digits and underscores"),
    /** A jar, for nodes of the JVM: it may have the name of an artifact. */
    JAR(".jar", "deploy.open_jar", "\\w[\\w.-]*", "letters, digits, and _ - . behind the first one");

    private static final int LONGEST_NAME = 64;

    private final String ending;
    private final String opening;
    private final Pattern names;
    private final String described;

    ModuleKind(String ending, String opening, String names, String described) {
        this.ending = ending;
        this.opening = opening;
        this.names = Pattern.compile(names);
        this.described = described;
    }

    static ModuleKind of(String fileName) {
        return fileName.endsWith(JAR.ending) ? JAR : PYTHON;
    }

    String ending() {
        return ending;
    }

    /** The task. It is signed too, so that a file of one kind is not taken for one of another. */
    String opening() {
        return opening;
    }

    /** @throws IllegalArgumentException if a module of this kind cannot have that name */
    void checkName(String name) {
        if (name.length() > LONGEST_NAME || !names.matcher(name).matches()) {
            throw new IllegalArgumentException("the name of a " + ending + " module is 1 to " + LONGEST_NAME
                    + " characters: ASCII " + described + "; not '" + name + "'");
        }
    }

    boolean isTakenBy(NodeInfo node) {
        return node.state() == NodeState.ACTIVE
                && node.functions().stream().anyMatch(each -> each.name().equals(opening));
    }

    static boolean anyIsTakenBy(NodeInfo node) {
        return Arrays.stream(values()).anyMatch(kind -> kind.isTakenBy(node));
    }
}
