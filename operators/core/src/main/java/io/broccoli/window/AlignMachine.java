package io.broccoli.window;

/** Sources on one tick. */
final class AlignMachine<T> extends Machine<T, Aligned<Object, T>> {

    private final EventTime<T, ?> read;
    private final AlignTable<Object, T> table;

    AlignMachine(EventTime<T, ?> read, AlignTable<Object, T> table) {
        super(table, read.isByTimeOfNode());
        this.read = read;
        this.table = table;
    }

    @Override
    boolean accept(T element) {
        return table.sample(read.sourceOf(element), read.timeOf(element), element);
    }
}
