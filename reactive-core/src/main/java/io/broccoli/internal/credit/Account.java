package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Result;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.base.FrameLimit;
import java.util.ArrayDeque;

/** What a node knows of one link. */
public final class Account {

    /** No producer takes smaller frames than this, whatever it says. */
    private static final int LEAST_FRAME = 256;

    /** Each POLL is answered by a GRANT: so many are not lost by chance. */
    private static final int MANY_GRANTS = 4;

    final Share share;
    final long producerEpoch;
    final long linkEpoch;
    final SeqSet seen = new SeqSet();
    final SeqTable<HeldTask> held = new SeqTable<>();
    final SeqTable<ResultRing.Entry> remembered = new SeqTable<>();
    final ArrayDeque<Result> answers = new ArrayDeque<>();
    final ItemOutbox items = new ItemOutbox();
    final Line.Place amongRisen = new Line.Place(this); // whose limit may have risen untold

    long limit;
    long announced;
    long ctl;
    int want;
    long silentAt; // it is fenced then, if nothing is heard before
    boolean hears; // a frame with this link's epoch came, so its GRANT must have been heard
    private final long openedAt;
    private int asked; // POLLs that did not know of this link's GRANT
    int inDealOrder = -1; // its place among those to whom credit is dealt; -1: none
    boolean fenced;
    private boolean sending;
    private long sendingUntil; // at most
    private boolean sendingItems;
    private long sendingItemsUntil;
    int maxFrame = Integer.MAX_VALUE;
    private int features;
    private volatile int weight = 1;

    Account(Share share, long producerEpoch, long linkEpoch, long now) {
        this.share = share;
        this.producerEpoch = producerEpoch;
        this.linkEpoch = linkEpoch;
        this.openedAt = now;
        heard(now);
    }

    public String producer() {
        return share.producer();
    }

    /** A frame came. */
    void heard(long now) {
        silentAt = Deadline.after(now, Timing.LEASE);
    }

    /** A POLL came, of this link or of one before. */
    void polled(long pollEpoch) {
        if (!hears && pollEpoch != linkEpoch) {
            asked++;
        }
    }

    /** Whether its producer asks on without having heard a GRANT of this link. */
    boolean isUnheard(long now) {
        return !hears && asked >= MANY_GRANTS && now - openedAt >= Timing.UNHEARD;
    }

    /** How often it asked without having heard. */
    int asked() {
        return asked;
    }

    /** The largest frame that can go to the producer, as far as is known, in bytes. From any thread. */
    public int maxFrame() {
        return Math.min(maxFrame, share.limitOfFrames.largest());
    }

    /** How large frames to the producer may be. */
    public FrameLimit limitOfFrames() {
        return share.limitOfFrames;
    }

    /** Up to how many bytes they are filled. */
    int frameLimit(long now) {
        return Math.min(maxFrame(), share.limitOfFrames.most(now));
    }

    /** What the producer announced ({@link io.broccoli.frame.Frame#COLUMNS}). */
    public int features() {
        return features;
    }

    /** Of the producer among others, 1 to {@link Frame#MOST_WEIGHT}. May be called from any thread. */
    public int weight() {
        return weight;
    }

    /** The producer says what it is. */
    void told(Frame.Poll poll, int maxWeight) {
        maxFrame = Math.max(LEAST_FRAME, poll.maxFrame());
        features = poll.features();
        weight = Math.max(1, Math.min(Math.min(Frame.MOST_WEIGHT, maxWeight), poll.weight()));
    }

    /** Credit that was given and not used yet. */
    public long unused() {
        return limit - seen.count();
    }

    /** Places that its producer has: held, or promised to it. */
    long load() {
        return share.held() + unused();
    }

    /** It takes the place of another one: what its producer said on that link still holds. */
    void follows(Account former) {
        ctl = former.ctl;
        want = former.want;
        maxFrame = former.maxFrame;
        features = former.features;
        weight = former.weight;
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
