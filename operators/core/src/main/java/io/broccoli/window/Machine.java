package io.broccoli.window;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A table with the functions that read elements, as an operator drives it. For one subscription. */
abstract class Machine<T, O> {

    /** @return false if the element is late */
    abstract boolean accept(T element);

    /** The next result; null if there is none before the next call. */
    abstract @Nullable O next();

    /** A source says how far its time has come, with nothing to keep. */
    abstract void moved(Object source, long time);

    abstract void joined(Object source);

    abstract void ended(Object source);

    abstract void idle(Object source);

    /** The end of the stream. */
    abstract void end();

    /** Gives up the oldest of what is held, as a result or not. */
    abstract void makeRoom();

    abstract Watermark watermark();

    abstract int held();

    /** Open windows, or keys. */
    abstract int windows();

    /** What was given up for want of room. */
    abstract long early();

    /** Tells of all elements that are held. */
    abstract void discard(Consumer<Object> hook);
}
