package io.broccoli.internal.producer;

import java.util.concurrent.TimeUnit;

/**
 * How many tasks a link keeps under way: as many as keep the node busy, and few more. That is one for each worker, what the node
 * answers within the time that a frame takes there and back, a quarter more than that, and whole tasks that it answers within
 * {@link #SPARE}. With less a node idles; more only waits there, and cannot be done by another.
 *
 * <p>A link begins with two for each worker. As long as answers come as soon as a frame can go there and back, it has more than
 * twice as many under way with each round trip; after the first task that had to wait it grows by a quarter, where it still can.
 */
final class Pace {

    /** Work that waits at the node beyond what is needed, for the pauses of both processes. */
    static final long SPARE = TimeUnit.MILLISECONDS.toNanos(50);

    private static final double REACH = 1.25;

    /** As long as a link begins: so a far node is busy after a few round trips. */
    private static final double FIRST_REACH = 2.5;

    /** A task that took no longer than this many ways there and back, and half of {@link #SPARE}, did not wait at the node. */
    private static final double FREE = 1.125;

    /** Part of a worker that may idle while its next task is on its way; for less than that none waits. */
    private static final double IDLE = 0.03;

    private static final int WINDOWS = 8; // re-announces for which a round trip counts; twice as many at most

    private int workers;
    private int depth = Integer.MAX_VALUE;

    private long launched;
    private long answered; // the newest of those launched that was
    private long outcomes;
    private long measured; // of them, when the rate was measured
    private long newestSentAt;
    private long newestThen;
    private double rate; // most outcomes in a nanosecond
    private double rateBefore; // in the window before this one
    private boolean full;
    private boolean beginning = true; // no task had to wait at the node yet

    private long echo = Long.MAX_VALUE; // shortest way there and back
    private long echoBefore = Long.MAX_VALUE;
    private int ticks;

    /** Of the node; unless this is known there is no limit. */
    void workers(int value) {
        workers = value;
        update();
    }

    /** Most tasks that should be under way. */
    int depth() {
        return depth;
    }

    /** Credit that is worth having: while the link begins, what will be under way when it comes. */
    int credit() {
        return beginning ? (int) Math.min(Integer.MAX_VALUE, Math.round(FIRST_REACH * depth)) : depth;
    }

    /**
     * How many of those under way count: those launched after the newest one that was answered. A node takes them in order, so the
     * older ones run, or their frames were lost: then the node has nothing to do with them.
     */
    long ahead(int inFlight) {
        return Math.min(inFlight, launched - answered);
    }

    /** A task is launched; returns its place among all of them. */
    long launch(int inFlight) {
        if (ahead(inFlight) + 1 >= depth) {
            full = true; // slower answers than before are the node's doing
        }
        return ++launched;
    }

    /** Outcomes so far; to be kept with each task that is launched. */
    long outcomes() {
        return outcomes;
    }

    /** A task was lost with the link, and all that were launched before it. */
    void lost(long place) {
        answered = Math.max(answered, place);
    }

    /**
     * @param place that {@link #launch} gave
     * @param outcomesThen {@link #outcomes} when the task was launched
     */
    void outcome(long place, long outcomesThen, long sentAt) {
        outcomes++;
        answered = Math.max(answered, place);
        newestSentAt = sentAt;
        newestThen = outcomesThen;
    }

    /** All outcomes of a frame were told: one measurement is enough for them. */
    void told(long now) {
        if (outcomes > measured) {
            measured = outcomes;
            long taken = now - newestSentAt;
            if (taken <= 0) {
                return; // the clock stood still: it tells nothing of how fast the node is
            }
            rate = Math.max(rate, (outcomes - newestThen) / (double) taken);
            echo = Math.min(echo, taken);
            beginning &= taken < FREE * Math.min(echo, echoBefore) + SPARE / 2.0;
            update();
        }
    }

    /** A frame that is answered at once was answered. */
    void echoed(long taken) {
        if (taken > 0) { // else the clock stood still
            echo = Math.min(echo, taken);
        }
    }

    /** The shortest way there and back lately; 0 if it is not known. */
    long way() {
        long way = Math.min(echo, echoBefore);
        return way == Long.MAX_VALUE ? 0 : way;
    }

    /** Once in a re-announce: forgets what was long ago. A rate that only the source kept low is not forgotten. */
    void tick() {
        if (full) {
            rateBefore = rate;
            rate = 0;
            full = false;
        }
        if (++ticks >= WINDOWS && echo != Long.MAX_VALUE) {
            ticks = 0;
            echoBefore = echo;
            echo = Long.MAX_VALUE;
        }
        update();
    }

    private void update() {
        if (workers > 0) {
            long way = Math.min(echo, echoBefore);
            double outcomesIn = Math.max(rate, rateBefore);
            double reach = beginning ? FIRST_REACH : REACH;
            double onTheWay = way == Long.MAX_VALUE ? 0 : Math.ceil(outcomesIn * way * reach - IDLE);
            double waiting = outcomesIn == 0 ? workers : onTheWay + Math.floor(outcomesIn * SPARE);
            depth = (int) Math.min(Integer.MAX_VALUE, workers + waiting);
        }
    }
}
