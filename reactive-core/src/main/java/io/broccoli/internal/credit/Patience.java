package io.broccoli.internal.credit;

import io.broccoli.internal.base.Deadline;

/**
 * When a link asks its node: soon where something new is wanted, then ever less often, until it is answered; and when it gives a
 * silent node up. What counts as late follows from how long outcomes and echoes took before.
 */
final class Patience {

    private final FrameCount frames;
    private final RoundTrip outcomes = new RoundTrip(); // from a task to its outcome
    private final RoundTrip echoes = new RoundTrip(); // from a POLL to its GRANT
    private long silentAt = Deadline.NEVER; // if nothing is heard before; NEVER while nothing is asked
    private boolean begun; // something was sent: nextPoll is known
    private long nextPoll;
    private long lastPoll; // unless pollCtl is 0
    private long pollCtl; // of the last POLL; 0: there was none
    private long pause = Timing.REANNOUNCE;
    private boolean soon;
    private long repeatAfter = Timing.REANNOUNCE; // of an unanswered POLL

    Patience(FrameCount frames) {
        this.frames = frames;
    }

    // ---- silence

    /** Nothing is to be asked any more: the next silence counts anew. */
    void rest() {
        silentAt = Deadline.NEVER;
    }

    void heard(long now) {
        if (isWaiting()) {
            begin(now);
        }
    }

    /** Whether nothing was heard for a lease, though something was asked; to be called each time that something is to be asked. */
    boolean isOver(long now) {
        if (!isWaiting()) {
            begin(now);
        }
        return Deadline.isOver(silentAt, now);
    }

    /** Begins to wait anew. */
    void begin(long now) {
        silentAt = Deadline.after(now, Timing.LEASE);
    }

    private boolean isWaiting() {
        return silentAt != Deadline.NEVER;
    }

    // ---- what is late

    /**
     * How long after a task was sent its outcome is late. Tasks may take long, or some of them may; but whether a frame arrived need not be
     * known as late as that.
     */
    long lateAfter() {
        return Math.min(outcomes.lateAfter(), echoes.lateAfter() + Timing.LOOK);
    }

    /** An outcome came, of a task that was sent once. */
    void measure(long taken) {
        outcomes.measure(taken);
    }

    /** From sending a task to its outcome; 0 before the first. */
    long smoothedOutcome() {
        return outcomes.isMeasured() ? outcomes.smoothed() : 0;
    }

    /** From a POLL to its GRANT. */
    long smoothedEcho() {
        return echoes.smoothed();
    }

    // ---- asking

    /** Something is to be asked that no other frame tells. */
    void askSoon() {
        soon = true;
    }

    /** A frame went out that tells all there is to tell, if not all there is to ask. */
    void told() {
        soon = false;
    }

    /** Tasks went out: they are asked for when their outcomes are late. */
    void tasksSent(long now) {
        long late = lateAfter();
        if (pause > late || !isWaiting()) {
            pause = late;
            askAfterPause(now);
        }
    }

    /** While outcomes come, what is still out is asked for now and then only. */
    void outcomesCame(long now) {
        if (begun && pollCtl > 0) {
            long late = lateAfter();
            long look = Deadline.after(lastPoll, Math.max(late, Timing.LOOK));
            nextPoll = Deadline.later(nextPoll, Deadline.earlier(Deadline.after(now, late), look));
        }
    }

    /** A POLL goes out, as the frame of this number. If the one before was not answered this one has twice its time. */
    void polled(long ctl, long now) {
        repeatAfter = isUnanswered() ? Math.min(Timing.REANNOUNCE, repeatAfter * 2) : echoes.lateAfter();
        lastPoll = now;
        pollCtl = ctl;
        pause = Math.min(Timing.REANNOUNCE, pause * 2);
        askAfterPause(now);
    }

    private void askAfterPause(long now) {
        nextPoll = Deadline.after(now, pause);
        begun = true;
    }

    /** When to ask next. An unanswered POLL is followed by another only after a pause. */
    long nextPoll(long now) {
        if (!begun || soon && !isUnanswered()) {
            return Deadline.after(now, 0);
        }
        if (!isUnanswered()) {
            return nextPoll;
        }
        long repeat = soon ? Math.min(repeatAfter, Timing.LEAST_ASK) : repeatAfter;
        return Deadline.earlier(nextPoll, Deadline.after(lastPoll, repeat));
    }

    // ---- answers

    /** Nothing is under way, and as much may be sent as is wanted: the next look is only a re-announce. */
    void satisfied(long now) {
        pause = Timing.REANNOUNCE;
        askAfterPause(now);
    }

    /** Whether this is the number of the last POLL, and heard for the first time. To be called before {@link FrameCount#echo}. */
    boolean isFirstAnswer(long ctl) {
        return pollCtl > 0 && ctl == pollCtl && isUnanswered();
    }

    /** That answer came: returns how long it took. */
    long answered(long now) {
        long taken = now - lastPoll;
        echoes.measure(taken);
        return taken;
    }

    /** Whether all is answered that was to be asked. */
    boolean isAnswered() {
        return !soon && pollCtl > 0 && frames.echoed() >= pollCtl;
    }

    private boolean isUnanswered() {
        return frames.echoed() < pollCtl;
    }

    /** Whether the last POLL is not answered, and should be. */
    boolean isMute(long now) {
        return isUnanswered() && now - lastPoll > 2 * Timing.LEAST_ASK;
    }
}
