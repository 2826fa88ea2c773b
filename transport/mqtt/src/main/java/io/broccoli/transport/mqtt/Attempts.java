package io.broccoli.transport.mqtt;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Counts what went wrong, and says how long to wait before the next attempt: twice as long each time, with jitter. A connection
 * that did not stand for a while is no success: two members of one name throw each other out for ever, and must do it ever slower.
 * Not thread-safe; time is passed in.
 */
final class Attempts {

    static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** While nobody is there: asking costs little, and work waits for the broker's return. */
    static final Duration LONGEST_PAUSE_ALONE = Duration.ofSeconds(2);

    /** Longer than the longest pause, else one of two twins would always think that all is well. */
    static final Duration STANDS = Duration.ofSeconds(10);

    /** So many connections in a row, each thrown out without a word before it stood, are no accident. */
    static final int SUSPICIOUS = 3;

    private static final int MOST_DOUBLINGS = 6;

    private final DoubleSupplier random;
    private int failures;
    private int thrownOut;
    private boolean away; // no connection since an attempt failed

    /** @param random gives numbers from 0 to 1 */
    Attempts(DoubleSupplier random) {
        this.random = random;
    }

    /** An attempt failed before there was a connection. */
    void failed() {
        failures++;
        away = true;
        thrownOut = 0; // a broker with a twin lets everybody in
    }

    /**
     * A connection ended.
     *
     * @param silently whether the broker closed it without an error
     */
    void lost(Duration stood, boolean silently) {
        if (away || stood.compareTo(STANDS) >= 0) { // that the broker was away before has nothing to do with this end
            failures = 0;
            thrownOut = 0;
        }
        away = false;
        failures++;
        thrownOut = silently ? thrownOut + 1 : 0;
    }

    boolean looksLikeTwin() {
        return thrownOut >= SUSPICIOUS;
    }

    int thrownOut() {
        return thrownOut;
    }

    /** Between three and five quarters of the pause that is due. */
    Duration pause() {
        long due = FIRST_PAUSE.toMillis() << Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS);
        long most = Math.min(due, (away ? LONGEST_PAUSE_ALONE : LONGEST_PAUSE).toMillis());
        return Duration.ofMillis((long) (most * (0.75 + 0.5 * random.getAsDouble())));
    }
}
