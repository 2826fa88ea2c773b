package io.broccoli.internal.credit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Blocks of ids that nobody else has. */
final class IdBlocks {

    private IdBlocks() {}

    static LongSupplier above(long base) {
        AtomicLong next = new AtomicLong(base + 1);
        return () -> next.getAndAdd(CreditLink.ID_BLOCK);
    }
}
