package io.broccoli.internal.credit;

import io.broccoli.frame.Payload;
import org.jspecify.annotations.Nullable;

/** A task that a node holds: accepted, queued or running, and not yet finished. */
public class HeldTask {

    private final Account account;
    private final long seq;
    private final long id;
    private final Payload body;

    @Nullable ItemSource items; // once it is known to give several

    boolean outside; // it takes no place of the capacity any more

    protected HeldTask(Account account, long seq, long id, Payload body) {
        this.account = account;
        this.seq = seq;
        this.id = id;
        this.body = body;
    }

    public Account account() {
        return account;
    }

    public String producer() {
        return account.producer();
    }

    public long seq() {
        return seq;
    }

    /** The element's identity, unless the body says another. */
    public long id() {
        return id;
    }

    /** As it came; decoded when it runs. */
    public Payload body() {
        return body;
    }

    /** The next item that its producer does not have takes so many bytes, and no frame with it arrives: it is to end. */
    protected void itemTooLarge(int bytes) {}

    /** Whether nobody waits for its outcome any more. */
    public boolean isFenced() {
        return account.fenced;
    }

    boolean isStream() {
        return items != null;
    }

    /** Whether it can be cut off and go on elsewhere. */
    boolean isMovable() {
        return items != null && items.isReplayable();
    }

    @Override
    public String toString() {
        return "task " + seq + " of " + producer();
    }
}
