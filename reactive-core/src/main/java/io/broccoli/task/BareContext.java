package io.broccoli.task;

/** A context outside a node, which provides nothing. */
record BareContext(String node, String producer, long id, int attempt, int depth) implements TaskContext {

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public <T> T get(Class<T> type) {
        throw new IllegalArgumentException(
                "This context provides no " + type.getName() + ": the task does not run on a node");
    }
}
