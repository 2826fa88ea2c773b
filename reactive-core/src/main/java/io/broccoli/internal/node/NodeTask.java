package io.broccoli.internal.node;

import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.credit.Account;
import io.broccoli.internal.credit.CreditLedger;
import io.broccoli.internal.credit.HeldTask;
import io.broccoli.internal.credit.ItemSource;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** A task in a node's queue, or with one of its workers. It ends once. */
public class NodeTask extends HeldTask {

    private enum State {
        QUEUED,
        WITHDRAWN,
        RUNNING,
        ENDED
    }

    /** What runs it. */
    interface Running {

        /** Tells it to stop, as far as it can be told. */
        void stop();

        /** Cancels sub-tasks; the task itself goes on. */
        void endSubTasks();

        /** Ends it if it runs for longer than that. */
        void exceeds(TaskLimit limit, long now);
    }

    /** What passes on the values of a task that gives several. On the executor. */
    interface Giving {

        /** The producer has some of the values, or takes more. */
        void asked();

        /** The next value that the producer does not have takes so many bytes, and cannot be sent: it ends before that one. */
        void tooLarge(int bytes);

        /** Nobody waits for its values any more. */
        void stop();

        static String isTooLarge(int bytes) {
            return "The next item takes " + bytes + " bytes, and no frame with it arrives: a network between may have a"
                    + " limit";
        }
    }

    private static final AtomicReferenceFieldUpdater<NodeTask, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(NodeTask.class, State.class, "state");

    private static final AtomicReferenceFieldUpdater<NodeTask, Running> RUNNING =
            AtomicReferenceFieldUpdater.newUpdater(NodeTask.class, Running.class, "running");

    public final CreditLedger ledger;
    final long arrivedAt;

    @SuppressWarnings("UnusedVariable") // by its updater
    private volatile State state = State.QUEUED;

    private volatile @Nullable Running running; // written before it begins to run
    private volatile @Nullable Giving giving; // once it gives several values: then a worker may have it more than once
    private volatile boolean stopped;

    // Of nested work, on the executor only.
    public int subStreams; // that it, or what runs in its place, has sent out
    public int inPlace; // sub-tasks that run in its place

    // Written before it is handed back.
    public ResultStatus status = ResultStatus.ABORTED;
    public Payload payload = Payload.EMPTY;

    public NodeTask(CreditLedger ledger, Account account, long seq, long id, Payload body, long arrivedAt) {
        super(account, seq, id, body);
        this.ledger = ledger;
        this.arrivedAt = arrivedAt;
    }

    /** A worker takes it; false if it was withdrawn before. */
    public boolean start() {
        return STATE.compareAndSet(this, State.QUEUED, State.RUNNING);
    }

    /** Takes it from the queue; false if a worker has it. */
    public boolean withdraw() {
        return STATE.compareAndSet(this, State.QUEUED, State.WITHDRAWN);
    }

    /** Notes its outcome; false if it has one, which counts. */
    boolean end(ResultStatus how, Payload value) {
        if (!STATE.compareAndSet(this, State.RUNNING, State.ENDED)) {
            return false;
        }
        status = how;
        payload = value;
        return true;
    }

    // ---- several values, on the executor

    /** It gives several from now on. */
    protected void streams(ItemSource source) {
        ledger.streams(this, source);
    }

    /** @return whether items of it are to be sent */
    protected boolean itemsReady() {
        return ledger.itemsReady(this);
    }

    void runBy(Running value) {
        RUNNING.lazySet(this, value);
    }

    /** It gives several values, by that. */
    void givenBy(Giving value) {
        giving = value;
    }

    boolean isGiving() {
        return giving != null;
    }

    /** The producer has some of its values, or takes more. */
    void asked() {
        Giving several = giving;
        if (several != null) {
            several.asked();
        }
    }

    @Override
    protected void itemTooLarge(int bytes) {
        Giving several = giving;
        if (several != null) {
            several.tooLarge(bytes);
        }
    }

    /**
     * Tells what runs to stop, as far as it can be told: a publisher is cancelled, code that blocks is interrupted, code that computes
     * goes on.
     */
    public void stop() {
        stopped = true;
        Running current = running;
        if (current != null) {
            current.stop();
        }
        Giving several = giving;
        if (several != null) {
            several.stop();
        }
    }

    /** It is ended if it runs for longer than that. */
    void exceeds(TaskLimit limit, long now) {
        Running current = running;
        if (current != null) {
            current.exceeds(limit, now);
        }
    }

    boolean isStopped() {
        return stopped;
    }

    /** Nobody waits for it any more: what it sent out itself is cancelled. */
    void abandon() {
        Running current = running;
        if (current != null) {
            current.endSubTasks();
        }
    }

    /** The task whose place on the node this one takes. */
    public NodeTask root() {
        return this;
    }
}
