package io.broccoli.route;

/** Which nodes one element may go to; among them, the one with the most credit is taken, then the faster one. */
public sealed interface Route {

    /** Any node that offers the task. */
    record Any() implements Route {}

    /** The node of this name, and no other. */
    record ToNode(String name) implements Route {}

    /** Any node whose site has this label. */
    record Label(String key, String value) implements Route {}

    /** Any node that offers functions of this version: of the module that was deployed with it. */
    record Version(String version) implements Route {}

    /**
     * One node for each key, the same as long as the nodes are the same (rendezvous hashing).
     *
     * @param hash of the key
     * @param inOrder whether tasks of the key are sent one after another, each after the outcome of the one before
     */
    record Key(long hash, boolean inOrder) implements Route {}
}
