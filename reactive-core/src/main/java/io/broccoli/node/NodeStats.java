package io.broccoli.node;

import io.broccoli.feed.FeedStats;
import java.util.List;

/**
 * What a node holds now and did since it started.
 *
 * @param queued tasks that wait
 * @param running tasks that run, or in whose place one of their sub-tasks runs
 * @param parked tasks that wait for sub-tasks: they hold a place, but no worker
 * @param maxHeld most tasks that ever waited and ran at once
 * @param unusedCredit tasks that producers may send without asking
 * @param links producers that it serves
 * @param remembered results that are kept for those that ask again
 * @param rememberedBytes their bytes
 * @param succeeded tasks that gave a value
 * @param failed tasks that failed
 * @param refused tasks refused because they came without credit
 * @param feeds of each source that was subscribed
 */
public record NodeStats(
        int queued,
        int running,
        int parked,
        int maxHeld,
        long unusedCredit,
        int links,
        int remembered,
        long rememberedBytes,
        long succeeded,
        long failed,
        long refused,
        List<FeedStats> feeds) {}
