package io.broccoli.window;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What all tables have in common, as an operator drives them.
 *
 * @param <S> the type of sources
 * @param <O> the type of results
 */
abstract class Table<S, O> {

    abstract void joined(S source);

    abstract void ended(S source);

    abstract void idle(S source);

    /** A source says how far its time has come, with nothing to keep. */
    abstract void moved(S source, long time);

    /** The next result; null if there is none before the next call. */
    abstract @Nullable O next();

    /** The end of the stream. */
    abstract void end();

    /** Gives up the oldest of what is held, as a result or not. */
    abstract void makeRoom();

    /** What was given up for want of room. */
    abstract long givenUp();

    abstract Watermark watermark();

    abstract int held();

    /** Open windows, or keys: what is bounded beside what is held. */
    abstract int openNow();

    /** Tells of all elements that are held. */
    abstract void forEachHeld(Consumer<Object> hook);
}
