package io.broccoli.internal.producer;

import io.broccoli.internal.credit.CreditLink;

/**
 * The life of a member as a producer: its epoch, and the ids of the tasks that it sends.
 *
 * <p>No id is given twice, in the next life of a member of this name neither. Lives are numbered by a clock, in tenths of a second,
 * and ids begin with that number: as long as a member uses no more than {@value #IDS_OF_A_TICK} ids in a tenth of a second, its ids
 * stay below those of whoever begins later.
 */
final class MemberLife {

    /** 38 bits of an epoch, these 24, and the sign. */
    private static final int IDS_OF_A_TICK = 1 << 24;

    private long epoch;
    private long nextId;
    private long nextInPlace;
    private long leftInPlace; // of their block

    MemberLife(long epoch) {
        this.epoch = epoch;
        this.nextId = firstId(epoch);
    }

    private static long firstId(long epoch) {
        return epoch * IDS_OF_A_TICK + 1; // 0 is none
    }

    long epoch() {
        return epoch;
    }

    void restart(long newEpoch) {
        epoch = newEpoch;
        nextId = Math.max(nextId, firstId(newEpoch));
    }

    /** The first of a block of ids for one link. */
    long idBlock() {
        long first = nextId;
        nextId += CreditLink.ID_BLOCK;
        return first;
    }

    /** The id of a task that no link sends. */
    long idInPlace() {
        if (leftInPlace == 0) {
            nextInPlace = idBlock();
            leftInPlace = CreditLink.ID_BLOCK;
        }
        leftInPlace--;
        return nextInPlace++;
    }
}
