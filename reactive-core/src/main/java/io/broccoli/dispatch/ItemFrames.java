package io.broccoli.dispatch;

import io.broccoli.credit.Account;
import io.broccoli.frame.Frame;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** Sends the items that a node's tasks give. Belongs to the member's serial executor. */
final class ItemFrames {

    private final LongSupplier clock;
    private final Wire wire;
    private final int maxBatch;
    private final Set<Job> ready = new LinkedHashSet<>(); // with items to be sent

    ItemFrames(LongSupplier clock, Wire wire, int maxBatch) {
        this.clock = clock;
        this.wire = wire;
        this.maxBatch = maxBatch;
    }

    /** The largest item that can be sent to a job's producer, in bytes. */
    int maxItem(Job job) {
        return Math.min(wire.room(job.account().maxFrame()), wire.maxFrame()) - wire.itemRunBytes();
    }

    /** Something came of a job's source, or of the producer. */
    void advanced(Job job) {
        if (job.ledger.itemsReady(job)) {
            ready.add(job);
        }
    }

    void remove(Job job) {
        ready.remove(job);
    }

    /** Runs whenever the executor has nothing else to do. */
    void settle() {
        if (!ready.isEmpty()) {
            List<Job> some = List.copyOf(ready);
            ready.clear();
            some.forEach(this::flush);
        }
    }

    /** Sends items, one frame at a time for each link: what gathers while it is under way goes out in the next. */
    private void flush(Job job) {
        Account account = job.account();
        long now = clock.getAsLong();
        if (account.isSendingItems(now)) {
            return;
        }
        Frame.Items items =
                job.ledger.items(account, maxBatch, wire.itemRunBytes(), wire.room(account.maxFrame()), now);
        if (items != null) {
            account.sendingItems(now);
            wire.send(account.producer(), items, account.features(), () -> {
                account.sentItems();
                flush(job);
            });
        }
    }
}
