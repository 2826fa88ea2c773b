package io.broccoli.window;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A {@link Table} with the functions that read elements, as an operator drives it. For one subscription. */
abstract class Machine<T, O> {

    private final Table<Object, O> table;

    Machine(Table<Object, O> table) {
        this.table = table;
    }

    /** @return false if the element is late */
    abstract boolean accept(T element);

    /** The next result; null if there is none before the next call. */
    final @Nullable O next() {
        return table.next();
    }

    /** A source says how far its time has come, with nothing to keep. */
    final void moved(Object source, long time) {
        table.moved(source, time);
    }

    final void joined(Object source) {
        table.joined(source);
    }

    final void ended(Object source) {
        table.ended(source);
    }

    final void idle(Object source) {
        table.idle(source);
    }

    /** The end of the stream. */
    final void end() {
        table.end();
    }

    /** Gives up the oldest of what is held, as a result or not. */
    final void makeRoom() {
        table.makeRoom();
    }

    final Watermark watermark() {
        return table.watermark();
    }

    final int held() {
        return table.held();
    }

    /** Open windows, or keys. */
    final int windows() {
        return table.openNow();
    }

    /** What was given up for want of room. */
    final long early() {
        return table.givenUp();
    }

    /** Tells of all elements that are held. */
    final void discard(Consumer<Object> hook) {
        table.forEachHeld(hook);
    }
}
