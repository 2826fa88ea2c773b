package io.broccoli.internal.producer;

/** An errand's run at its parent's node, in its parent's place: nothing is sent, and it has no seq. */
public interface InPlace {

    /** The element ended: the run does not begin, or is told to stop. */
    void drop();

    /** Where it gives several values: more of them may come. */
    void asked();
}
