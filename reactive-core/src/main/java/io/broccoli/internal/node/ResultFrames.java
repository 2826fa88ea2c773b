package io.broccoli.internal.node;

import io.broccoli.frame.Frame;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.base.Wire;
import io.broccoli.internal.credit.Account;
import io.broccoli.internal.credit.CreditLedger;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/** Sends the answers of a node. Belongs to the member's serial executor. */
final class ResultFrames {

    private final MemberContext context;
    private final Supplier<CreditLedger> ledger;
    private final Set<Account> ready = new LinkedHashSet<>(); // with answers to be sent; bounded by the links

    /** @param ledger that of the node's life now */
    ResultFrames(MemberContext context, Supplier<CreditLedger> ledger) {
        this.context = context;
        this.ledger = ledger;
    }

    void ready(Account account) {
        ready.add(account);
    }

    void remove(Account account) {
        ready.remove(account);
    }

    void clear() {
        ready.clear();
    }

    /** Runs whenever the executor has nothing else to do. */
    void settle() {
        if (!ready.isEmpty()) {
            ready.forEach(this::flush);
            ready.clear();
        }
    }

    /** Sends answers, one frame at a time: what gathers while it is under way goes out in the next. */
    private void flush(Account account) {
        long now = context.clock().getAsLong();
        if (account.isSending(now)) {
            return;
        }
        Wire wire = context.wire();
        int most = account.maxFrame();
        int filled = wire.fill(account.producer(), most, account.limitOfFrames(), now);
        Frame.Results results =
                ledger.get().results(account, context.maxBatch(), wire.entryBytes(), filled, wire.room(most));
        if (results != null) {
            account.sending(now);
            wire.send(account.producer(), results, account.features(), () -> {
                account.sent();
                flush(account);
            });
        }
    }
}
