package io.broccoli.window;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Windows of elements. */
final class WindowMachine<T, K extends @Nullable Object, R extends @Nullable Object>
        extends Machine<T, WindowResult<K, R>> {

    private final EventTime<T, K> read;
    private final WindowTable<K, T, R> table;

    WindowMachine(EventTime<T, K> read, WindowTable<K, T, R> table) {
        this.read = read;
        this.table = table;
    }

    @Override
    boolean accept(T element) {
        return table.sample(read.sourceOf(element), read.timeOf(element), read.keyOf(element), element);
    }

    @Override
    @Nullable WindowResult<K, R> next() {
        return table.next();
    }

    @Override
    void moved(Object source, long time) {
        table.moved(source, time);
    }

    @Override
    void joined(Object source) {
        table.joined(source);
    }

    @Override
    void ended(Object source) {
        table.ended(source);
    }

    @Override
    void idle(Object source) {
        table.idle(source);
    }

    @Override
    void end() {
        table.end();
    }

    @Override
    void makeRoom() {
        table.closeOldest();
    }

    @Override
    Watermark watermark() {
        return table.watermark();
    }

    @Override
    int held() {
        return table.held();
    }

    @Override
    int windows() {
        return table.windows();
    }

    @Override
    long early() {
        return table.early();
    }

    @Override
    void discard(Consumer<Object> hook) {
        table.forEachHeld(hook);
    }
}
