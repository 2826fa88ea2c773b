package io.broccoli.node;

import io.broccoli.feed.FeedStats;
import java.util.List;

/**
 * Gauges of what a node holds now, and counters since it started.
 *
 * @param queued gauge: tasks that wait for a worker
 * @param running gauge: tasks that run, or in whose place one of their sub-tasks runs
 * @param parked gauge: tasks that wait for sub-tasks; they hold a place, but no worker
 * @param stuck gauge: workers to which the code of a task does not return, though it was told to stop
 * @param maxHeld the most tasks that ever waited and ran at once
 * @param unusedCredit gauge: credit that producers hold and have not used
 * @param links gauge: producers that the node serves
 * @param remembered gauge: results that are kept for producers that ask again
 * @param rememberedBytes gauge: their bytes
 * @param succeeded counter: tasks that gave a value
 * @param failed counter: tasks that failed
 * @param refused counter: tasks that were refused because they came without credit
 * @param frameLimit gauge: up to how many bytes frames of results are filled: as many as the producers and the network
 *     take, and fewer where larger ones were lost; the least of all producers
 * @param feeds counters and gauges of each source that was subscribed
 */
public record NodeStats(
        int queued,
        int running,
        int parked,
        int stuck,
        int maxHeld,
        long unusedCredit,
        int links,
        int remembered,
        long rememberedBytes,
        long succeeded,
        long failed,
        long refused,
        int frameLimit,
        List<FeedStats> feeds) {}
