package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Result;
import io.broccoli.internal.base.Deadline;
import java.util.ArrayDeque;

/** What a node knows of one link. */
public final class Account {

    private final String producer;
    final long producerEpoch;
    final long linkEpoch;
    final SeqSet seen = new SeqSet();
    final SeqTable<HeldTask> held = new SeqTable<>();
    final SeqTable<ResultRing.Entry> remembered = new SeqTable<>();
    final ArrayDeque<Result> answers = new ArrayDeque<>();
    final ItemOutbox items = new ItemOutbox();
    final Line.Place amongNeedy = new Line.Place(this); // to whom credit is dealt
    final Line.Place amongRisen = new Line.Place(this); // whose limit may have risen untold

    long limit;
    long announced;
    long ctl;
    int want;
    long silentAt; // it is fenced then, if nothing is heard before
    boolean hears; // a frame with this link's epoch came, so its GRANT must have been heard
    long turn; // credits left of its turn; 0: it waits for the next
    boolean fenced;
    private boolean sending;
    private long sendingUntil; // at most
    private boolean sendingItems;
    private long sendingItemsUntil;
    int maxFrame = Integer.MAX_VALUE;
    int features;
    private volatile int weight = 1;

    Account(String producer, long producerEpoch, long linkEpoch, long now) {
        this.producer = producer;
        this.producerEpoch = producerEpoch;
        this.linkEpoch = linkEpoch;
        heard(now);
    }

    public String producer() {
        return producer;
    }

    /** A frame came. */
    void heard(long now) {
        silentAt = Deadline.after(now, Timing.LEASE);
    }

    /** The largest frame that the producer takes, in bytes. */
    public int maxFrame() {
        return maxFrame;
    }

    /** What the producer announced ({@link io.broccoli.frame.Frame#COLUMNS}). */
    public int features() {
        return features;
    }

    /** Of the producer among others, 1 to {@link Frame#MOST_WEIGHT}. May be called from any thread. */
    public int weight() {
        return weight;
    }

    void weight(int value) {
        weight = Math.max(1, Math.min(Frame.MOST_WEIGHT, value));
    }

    /** Credit that was given and not used yet. */
    public long unused() {
        return limit - seen.count();
    }

    /**
     * Whether a frame of answers is under way; kept for the node, which sends one at a time. One of which nothing is heard for a
     * lease counts no more.
     */
    public boolean isSending(long now) {
        return sending && !Deadline.isOver(sendingUntil, now);
    }

    public void sending(long now) {
        sending = true;
        sendingUntil = Deadline.after(now, Timing.LEASE);
    }

    public void sent() {
        sending = false;
    }

    /** The same for a frame of items. */
    public boolean isSendingItems(long now) {
        return sendingItems && !Deadline.isOver(sendingItemsUntil, now);
    }

    public void sendingItems(long now) {
        sendingItems = true;
        sendingItemsUntil = Deadline.after(now, Timing.LEASE);
    }

    public void sentItems() {
        sendingItems = false;
    }

    public boolean hasAnswers() {
        return !answers.isEmpty();
    }

    long announcedUnused() {
        return announced - seen.count();
    }
}
