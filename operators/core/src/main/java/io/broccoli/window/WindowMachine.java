package io.broccoli.window;

import org.jspecify.annotations.Nullable;

/** Windows of elements. */
final class WindowMachine<T, K extends @Nullable Object, R extends @Nullable Object>
        extends Machine<T, WindowResult<K, R>> {

    private final EventTime<T, K> read;
    private final WindowTable<K, T, R> table;

    WindowMachine(EventTime<T, K> read, WindowTable<K, T, R> table) {
        super(table, read.isByTimeOfNode());
        this.read = read;
        this.table = table;
    }

    @Override
    boolean accept(T element) {
        return table.sample(read.sourceOf(element), read.timeOf(element), read.keyOf(element), element);
    }
}
