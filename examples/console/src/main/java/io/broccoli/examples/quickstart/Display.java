package io.broccoli.examples.quickstart;

import io.broccoli.examples.quickstart.Progress.Moment;
import java.time.Duration;

/** Shows how far the stream is. */
interface Display {

    /** How often it wants to be told. */
    Duration period();

    void show(Moment moment);
}
