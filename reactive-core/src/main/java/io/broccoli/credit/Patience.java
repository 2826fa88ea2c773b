package io.broccoli.credit;

/**
 * When a link asks its node: soon where something new is wanted, then ever less often, until it is answered; and when it gives a
 * silent node up.
 */
final class Patience {

    private static final long PAST = Long.MIN_VALUE / 2;
    private static final long NOT_WAITING = -1;

    private long waitingSince = NOT_WAITING;
    private long lastHeard;
    private long lastPoll = PAST;
    private long lastPollCtl;
    private long nextPoll = PAST;
    private long pause = Timing.REANNOUNCE;
    private boolean soon;
    private long repeatAfter = Timing.REANNOUNCE; // of an unanswered POLL

    /** Something is to be asked that no other frame tells. */
    void askSoon() {
        soon = true;
    }

    /** A frame went out that tells all there is to tell, if not all there is to ask. */
    void told() {
        soon = false;
    }

    /** Nothing is to be asked any more: the next silence counts anew. */
    void rest() {
        waitingSince = NOT_WAITING;
    }

    void heard(long now) {
        lastHeard = now;
    }

    /** Tasks went out: their outcomes are late after {@code askAfter}. */
    void tasksSent(long now, long askAfter) {
        if (pause > askAfter || waitingSince == NOT_WAITING) {
            pause = askAfter;
            nextPoll = now + pause;
        }
    }

    /** While outcomes come, what is still out is asked for now and then only. */
    void outcomesCame(long now, long askAfter) {
        nextPoll = Math.max(nextPoll, Math.min(now + askAfter, lastPoll + Math.max(askAfter, Timing.LOOK)));
    }

    /** When to ask next; a time in the past: now. An unanswered POLL is followed by another only after a pause. */
    long nextPoll(long echoed) {
        boolean answered = !isUnanswered(echoed);
        long next = answered ? nextPoll : Math.min(nextPoll, lastPoll + repeatAfter);
        if (!soon) {
            return next;
        }
        return Math.min(next, answered ? PAST : lastPoll + Timing.LEAST_ASK);
    }

    /** @param answerAfter when the answer would be late; 0 if the POLL before this was not answered: then this one has twice its time */
    void polled(long now, long ctl, long answerAfter) {
        lastPoll = now;
        lastPollCtl = ctl;
        pause = Math.min(Timing.REANNOUNCE, pause * 2);
        nextPoll = now + pause;
        repeatAfter = answerAfter > 0 ? answerAfter : Math.min(Timing.REANNOUNCE, repeatAfter * 2);
    }

    /** Whether nothing was heard for a lease, though something was asked; to be called each time that something is to be asked. */
    boolean isOver(long now) {
        if (waitingSince == NOT_WAITING) {
            waitingSince = now;
        }
        return now - Math.max(lastHeard, waitingSince) > Timing.LEASE;
    }

    /** Begins to wait anew. */
    void begin(long now) {
        waitingSince = now;
    }

    /** Whether this number is that of the last POLL, heard for the first time or again. */
    boolean isAnswerToPoll(long ctl) {
        return lastPollCtl > 0 && ctl == lastPollCtl;
    }

    long sincePoll(long now) {
        return now - lastPoll;
    }

    boolean isAnswered(long echoed) {
        return lastPollCtl > 0 && echoed >= lastPollCtl;
    }

    boolean isUnanswered(long echoed) {
        return echoed < lastPollCtl;
    }

    boolean isMute(long echoed, long now) {
        return isUnanswered(echoed) && now - lastPoll > 2 * Timing.LEAST_ASK;
    }
}
