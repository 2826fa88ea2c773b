package io.broccoli.cluster;

import java.util.List;

/**
 * Counters of a member since it joined, and gauges of what it holds now.
 *
 * @param framesSent counter: frames sent, of all kinds
 * @param bytesSent counter: their bytes
 * @param framesReceived counter: frames received
 * @param bytesReceived counter: their bytes
 * @param framesDropped counter: received frames that were malformed, of another version, or beyond the bound of the
 *     inbox
 * @param tasksSent counter: transmissions of tasks
 * @param tasksResent counter: those of them that repeated a lost task on the same link
 * @param lateResults counter: outcomes that arrived too late to count
 * @param inFlight gauge: tasks sent without an outcome yet
 * @param pending gauge: tasks that wait for credit
 * @param unread gauge: values of tasks that give several, and samples of feeds, that arrived and were not requested yet
 * @param sourceWaits counter: times that a stream had room and demand, but no credit to request more from its source
 * @param links gauges of each link, as the producer sees it
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
     * @param node the name of the node
     * @param credit tasks that may be sent now
     * @param want credit that the node was last asked for
     * @param inFlight tasks sent without an outcome yet
     * @param smoothedRoundTripNanos smoothed time from sending a task to its outcome, in nanoseconds; 0 before the
     *     first
     * @param frameLimit up to how many bytes frames to the node are filled: as many as the node and the network take, and
     *     fewer where larger ones were lost
     */
    public record LinkStats(
            String node, long credit, int want, int inFlight, long smoothedRoundTripNanos, int frameLimit) {}
}
