package io.broccoli.window;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Windows that are cut into pieces while they are open: gives each piece before the first window that has it. */
final class PieceTable<K extends @Nullable Object, V> extends Table<Object, WindowPart<V>> {

    private final Queue<WindowPart.Piece<V>> cut = new ArrayDeque<>(1);
    private final WindowTable<K, V, List<Object>> table;

    PieceTable(Window.Events window, Duration disorder, Duration lateness, int size) {
        table = WindowTable.of(window, disorder, lateness, new PieceContent<>(size, cut::add));
    }

    boolean sample(Object source, long time, K key, V value) {
        return table.sample(source, time, key, value);
    }

    @Override
    @Nullable WindowPart<V> next() {
        WindowPart.Piece<V> piece = cut.poll();
        if (piece != null) {
            return piece;
        }
        WindowResult<K, List<Object>> window = table.next();
        return window == null ? null : new WindowPart.Fired<>(window);
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
    void moved(Object source, long time) {
        table.moved(source, time);
    }

    @Override
    void end() {
        table.end();
    }

    @Override
    void makeRoom() {
        table.makeRoom();
    }

    @Override
    long givenUp() {
        return table.givenUp();
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
    int openNow() {
        return table.openNow();
    }

    @Override
    void forEachHeld(Consumer<Object> hook) {
        cut.forEach(piece -> piece.elements().forEach(hook));
        table.forEachHeld(hook);
    }
}
