package io.broccoli.window;

import io.broccoli.feed.Sample;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A {@link Table} with the functions that read elements, as an operator drives it. For one subscription. */
abstract class Machine<T, O> {

    private final Table<Object, O> table;
    private final boolean marksTellTime;

    /** @param marksTellTime whether marks of feeds, which have no value, state event time */
    Machine(Table<Object, O> table, boolean marksTellTime) {
        this.table = table;
        this.marksTellTime = marksTellTime;
    }

    /** Whether what came is a mark of a feed: a sample without a value. */
    boolean isMark(Object element) {
        return element instanceof Sample<?> sample && sample.isMark();
    }

    /** Who was asked for an element: the node of a sample, in whose name a feed's demand knows it. */
    Object askedOf(Object element) {
        return element instanceof Sample<?> sample ? sample.node() : element;
    }

    /** A mark came. */
    void mark(Object element) {
        if (marksTellTime && element instanceof Sample<?> sample) {
            moved(sample.node(), sample.time().toEpochMilli());
        }
    }

    /** @return false if the element is late */
    abstract boolean accept(T element);

    /** The next result; null if there is none before the next call. */
    final @Nullable O next() {
        return table.next();
    }

    /** Whether what {@link #next} gave counts as a result. */
    boolean isResult(O given) {
        return true;
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
