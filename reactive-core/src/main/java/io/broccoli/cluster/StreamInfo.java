package io.broccoli.cluster;

/**
 * A stream that runs now, as its member sees it.
 *
 * @param name of its options ({@link DispatchOptions#name})
 * @param window the most elements that it takes and has not emitted
 * @param taken gauge: elements that were taken from the source and not emitted
 * @param waiting gauge: tasks that wait for credit
 * @param blocked gauge: tasks that wait for earlier elements of their keys
 * @param inFlight gauge: tasks that were sent and have no outcome yet
 * @param ended gauge: elements with an outcome that is not emitted, because the subscriber did not ask for it, or an
 *     earlier element comes first
 * @param requested gauge: elements that the source was asked for and has not given
 * @param demand gauge: outcomes that the subscriber asked for and did not get yet; {@link Long#MAX_VALUE} if it takes
 *     all there are
 * @param waits what it waits for
 */
public record StreamInfo(
        String name,
        int window,
        long taken,
        int waiting,
        int blocked,
        int inFlight,
        int ended,
        long requested,
        long demand,
        Waits waits) {

    /** Most streams that {@link Cluster#streams} returns. */
    public static final int MOST = 1024;
}
