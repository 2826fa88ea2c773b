package io.broccoli.window;

import org.jspecify.annotations.Nullable;

/** Windows of elements, in pieces. */
final class PieceMachine<T, K extends @Nullable Object> extends Machine<T, WindowPart<T>> {

    private final EventTime<T, K> read;
    private final PieceTable<K, T> table;

    PieceMachine(EventTime<T, K> read, PieceTable<K, T> table) {
        super(table, read.isByTimeOfNode());
        this.read = read;
        this.table = table;
    }

    @Override
    boolean accept(T element) {
        return table.sample(read.sourceOf(element), read.timeOf(element), read.keyOf(element), element);
    }

    @Override
    boolean isResult(WindowPart<T> part) {
        return part instanceof WindowPart.Fired;
    }
}
