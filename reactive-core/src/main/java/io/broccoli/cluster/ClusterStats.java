package io.broccoli.cluster;

import java.util.List;

/**
 * What a member did since it joined, and what it holds now.
 *
 * @param framesSent frames that this member sent, of all kinds
 * @param bytesSent their bytes
 * @param framesReceived frames that reached it
 * @param bytesReceived their bytes
 * @param framesDropped frames that were malformed, of another version, or beyond the bound of what may wait
 * @param tasksSent tasks, each time that one was sent
 * @param tasksResent of these, those sent again on the same link because they did not arrive
 * @param lateResults outcomes that came too late to count
 * @param inFlight tasks sent, with no outcome yet
 * @param pending tasks that wait for credit
 * @param unread values of tasks that give several, and samples of feeds, that came and were not asked for yet
 * @param sourceWaits how often a stream had room and demand, but no credit to ask its source for more
 * @param links the producer's side of each link
 */
public record ClusterStats(
        long framesSent,
        long bytesSent,
        long framesReceived,
        long bytesReceived,
        long framesDropped,
        long tasksSent,
        long tasksResent,
        long lateResults,
        int inFlight,
        int pending,
        long unread,
        long sourceWaits,
        List<LinkStats> links) {

    /**
     * The link to one node.
     *
     * @param credit tasks that may be sent now
     * @param want credit that was last asked for
     * @param inFlight tasks sent, with no outcome yet
     * @param smoothedRoundTripNanos from sending a task to its outcome; 0 before the first
     */
    public record LinkStats(String node, long credit, int want, int inFlight, long smoothedRoundTripNanos) {}
}
