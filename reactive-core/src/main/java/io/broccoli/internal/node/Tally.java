package io.broccoli.internal.node;

import io.broccoli.feed.FeedStats;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.internal.credit.CreditLedger;
import io.broccoli.node.NodeStats;
import java.util.List;

/** Counts what became of a node's tasks, and reads its gauges. Belongs to the member's serial executor. */
final class Tally {

    private long succeeded;
    private long failed;

    /** A task ended. */
    void count(ResultStatus status) {
        if (status == ResultStatus.SUCCESS || status == ResultStatus.END) {
            succeeded++;
        } else if (status == ResultStatus.FAILURE || status == ResultStatus.BAD_ARGUMENTS) {
            failed++;
        }
    }

    NodeStats stats(
            CreditLedger ledger, Workers workers, SubTasks.Host subTasks, int frameLimit, List<FeedStats> feeds) {
        int held = ledger.held();
        int queued = Math.min(held, workers.waiting());
        int parked = Math.min(held - queued, subTasks.idle());
        return new NodeStats(
                queued,
                held - queued - parked,
                parked,
                workers.stuck(),
                ledger.maxHeld(),
                ledger.unused(),
                ledger.links(),
                ledger.remembered(),
                ledger.rememberedBytes(),
                succeeded,
                failed,
                ledger.refused(),
                frameLimit,
                feeds);
    }
}
