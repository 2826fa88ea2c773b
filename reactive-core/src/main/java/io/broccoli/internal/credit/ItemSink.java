package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.internal.base.Deadline;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A producer's side of one item stream: takes items in the order of their index, each once, and says how many more may come. It
 * outlives an attempt: what was received stays received.
 *
 * <p>The item limit is what was {@link #taken} and a window; so no more than a window of items is ever received and not taken.
 * Where it is paced, it is what was {@link #allow allowed}.
 */
public final class ItemSink {

    private static final long UNKNOWN = -1;

    private final int window;
    private final boolean endless;
    private boolean paced;
    private long allowed; // if so, in all
    private final TreeMap<Long, Payload> early =
            new TreeMap<>(); // came before others that are below; fewer than a window
    private long received;
    private long taken;
    private long count = UNKNOWN;
    private long toldLimit;
    private long toldReceived;
    private long untoldBytes; // of what was received since
    private long askedCtl;
    private boolean asked; // in this attempt
    private long askAgainAt; // if so

    public ItemSink(int window) {
        this(window, false);
    }

    /** @param endless whether it is a feed, that holds neither a worker nor a place of the node */
    public ItemSink(int window, boolean endless) {
        this.window = window;
        this.endless = endless;
        this.toldLimit = window;
    }

    /** A new attempt begins, and is told {@link #limit} and {@link #received}. */
    public void restart() {
        early.clear();
        count = UNKNOWN;
        toldLimit = limit();
        toldReceived = received;
        untoldBytes = 0;
        askedCtl = 0;
        asked = false;
    }

    /** Items came; those that are next are passed on. Repeated ones, and those beyond the limit, are dropped. */
    void offer(Frame.ItemRun run, Consumer<Payload> next) {
        long index = run.first();
        for (Payload value : run.values()) {
            if (index == received + 1 && index <= limit()) {
                receive(value, next);
            } else if (index > received && index <= limit()) {
                early.putIfAbsent(index, value);
            }
            index++;
        }
        early.headMap(received, true).clear();
        for (Payload value = early.remove(received + 1); value != null; value = early.remove(received + 1)) {
            receive(value, next);
        }
        if (run.last()) {
            count = index - 1;
        }
    }

    /** Takes what a source of the same member has, with no network between them. */
    public void take(ItemSource source, long now, Consumer<Payload> next) {
        source.heard(received, limit(), now);
        for (Frame.ItemRun run = source.take(window, Long.MAX_VALUE, now);
                run != null;
                run = source.take(window, Long.MAX_VALUE, now)) {
            offer(run, next);
        }
        source.heard(received, limit(), now);
        toldLimit = limit();
        toldReceived = received;
    }

    private void receive(Payload value, Consumer<Payload> next) {
        received++;
        untoldBytes += value.length();
        next.accept(value);
    }

    /** One more of those that were received went on to who asked for it. */
    public void taken() {
        taken++;
    }

    /** Whether the node is to be told soon: half of the window was taken, the last item came, or it keeps much. */
    public boolean hasNews() {
        if (received == count) {
            return toldReceived < count;
        }
        return (paced ? limit() > toldLimit : 2 * (limit() - toldLimit) >= window)
                || untoldBytes > ItemSource.MAX_BYTES / 4;
    }

    /** Whether a POLL should ask for this stream; not each of many in a row needs to. */
    boolean isDue(long echoed, long now) {
        return hasNews() || askedCtl > echoed || !asked || Deadline.isOver(askAgainAt, now);
    }

    /** What a POLL says of this stream. */
    Frame.ItemAsk ask(long seq, long ctl, long now) {
        askedCtl = ctl;
        asked = true;
        askAgainAt = Deadline.after(now, Timing.REANNOUNCE);
        toldLimit = limit();
        toldReceived = received;
        untoldBytes = 0;
        return new Frame.ItemAsk(seq, received, toldLimit);
    }

    /** From the beginning on, nothing may be sent but what is allowed. */
    public void pace() {
        paced = true;
        toldLimit = 0;
    }

    /** So many more may be sent, where it is paced. */
    public void allow(long more) {
        allowed += more;
    }

    /** How many items may be sent in all. */
    public long limit() {
        return paced ? allowed : taken + window;
    }

    /** Whether more may be sent than came, and the node is known to know it. */
    boolean isWaiting(long echoed) {
        return limit() > received && asked && toldLimit == limit() && askedCtl <= echoed;
    }

    public boolean isEndless() {
        return endless;
    }

    /** Items that came without a gap, over all attempts. */
    public long received() {
        return received;
    }

    /** Items that wait for others below them. */
    int early() {
        return early.size();
    }
}
