package io.broccoli.internal.credit;

import java.util.function.LongSupplier;

/**
 * The ids of the tasks that one link sends. They are taken in blocks of consecutive ones, for a frame tells only the first id of
 * its tasks.
 */
final class TaskIds {

    private final LongSupplier blocks;
    private long next;
    private long left; // in the block

    /** @param blocks gives the first id of a block of {@link CreditLink#ID_BLOCK} ids that nobody else has */
    TaskIds(LongSupplier blocks) {
        this.blocks = blocks;
    }

    /** Of the next seq. */
    long next() {
        if (left == 0) {
            next = blocks.getAsLong();
            left = CreditLink.ID_BLOCK;
        }
        left--;
        return next++;
    }

    /** So many seqs are used without a task: ids keep their distance from seqs, as far as the block goes. */
    void skip(long seqs) {
        long skipped = Math.min(left, seqs);
        next += skipped;
        left -= skipped;
    }
}
