package io.broccoli.internal.node;

import io.broccoli.frame.Frame;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.base.Wire;
import io.broccoli.internal.credit.Account;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** Sends the items that a node's tasks give. Belongs to the member's serial executor. */
final class ItemFrames {

    private final LongSupplier clock;
    private final Wire wire;
    private final int maxBatch;
    private final Set<NodeTask> ready = new LinkedHashSet<>(); // with items to be sent

    ItemFrames(MemberContext context) {
        this.clock = context.clock();
        this.wire = context.wire();
        this.maxBatch = context.maxBatch();
    }

    /** The largest item that can be sent to a task's producer, in bytes. */
    int maxItem(NodeTask task) {
        return Math.min(wire.room(task.account().maxFrame()), wire.maxFrame()) - wire.itemRunBytes();
    }

    /** Something came of a task's source, or of the producer. */
    void advanced(NodeTask task) {
        if (task.itemsReady()) {
            ready.add(task);
        }
    }

    void remove(NodeTask task) {
        ready.remove(task);
    }

    /** Runs whenever the executor has nothing else to do. */
    void settle() {
        if (!ready.isEmpty()) {
            List<NodeTask> some = List.copyOf(ready);
            ready.clear();
            some.forEach(this::flush);
        }
    }

    /** Sends items, one frame at a time for each link: what gathers while it is under way goes out in the next. */
    private void flush(NodeTask task) {
        Account account = task.account();
        long now = clock.getAsLong();
        if (account.isSendingItems(now)) {
            return;
        }
        int room = wire.fill(account.producer(), account.maxFrame(), account.limitOfFrames(), now);
        Frame.Items items = task.ledger.items(account, maxBatch, wire.itemRunBytes(), room, now);
        if (items != null) {
            account.sendingItems(now);
            wire.send(account.producer(), items, account.features(), () -> {
                account.sentItems();
                flush(task);
            });
        }
    }
}
