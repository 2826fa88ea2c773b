package io.broccoli.window;

import org.reactivestreams.Subscription;

/** How a stage asks for elements. Its methods are called by one thread at a time. */
interface Demand {

    void begins(Subscription upstream);

    /** An element that was asked for was taken. */
    void arrived(Object source);

    /** Asks for as many elements as there is room for. */
    void ask(Machine<?, ?> machine);

    /** Elements that were asked for and have not come. */
    long promised();

    /** Whether the element that the watermark waits for finds no place, though nothing is on its way. */
    boolean isStuck(Machine<?, ?> machine);

    /** Whether a source was asked all the time since the last call of {@link #turn}. */
    boolean wasAsked(Object source);

    /** A turn of looking for idle sources ends. */
    void turn();

    /** Something else than missing elements held the stage up: nothing may have been asked. */
    void heldUp();
}
