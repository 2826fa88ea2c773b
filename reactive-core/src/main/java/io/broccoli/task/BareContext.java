package io.broccoli.task;

/** A context outside of a node. */
record BareContext(String node, String producer, long id, int attempt, int depth) implements TaskContext {

    @Override
    public <T> T get(Class<T> type) {
        throw new IllegalArgumentException("No " + type.getName() + ": this task does not run on a node");
    }
}
