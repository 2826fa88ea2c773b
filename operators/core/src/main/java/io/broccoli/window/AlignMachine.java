package io.broccoli.window;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sources on one tick. */
final class AlignMachine<T> extends Machine<T, Aligned<Object, T>> {

    private final EventTime<T, ?> read;
    private final AlignTable<Object, T> table;

    AlignMachine(EventTime<T, ?> read, AlignTable<Object, T> table) {
        this.read = read;
        this.table = table;
    }

    @Override
    boolean accept(T element) {
        return table.sample(read.sourceOf(element), read.timeOf(element), element);
    }

    @Override
    @Nullable Aligned<Object, T> next() {
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
        table.forgetOldest();
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
        return 0;
    }

    @Override
    long early() {
        return table.forgotten();
    }

    @Override
    void discard(Consumer<Object> hook) {
        table.forEachHeld(hook);
    }
}
