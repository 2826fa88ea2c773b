package io.broccoli.dispatch;

import io.broccoli.credit.Account;
import io.broccoli.credit.CreditLedger;
import io.broccoli.credit.HeldTask;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** A task in a node's queue, or with one of its workers. */
class Job extends HeldTask {

    private enum State {
        QUEUED,
        WITHDRAWN,
        RUNNING
    }

    private static final AtomicReferenceFieldUpdater<Job, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Job.class, State.class, "state");

    final CreditLedger ledger;
    final long arrivedAt;

    @SuppressWarnings("UnusedVariable") // by its updater
    private volatile State state = State.QUEUED;

    private volatile @Nullable Execution execution;
    private volatile boolean stopped;
    volatile @Nullable HandlerFlux flux; // once it gives several values: then a worker may have it more than once

    volatile @Nullable FeedSubscriber feed; // once it subscribes to one

    // Of nested work, on the executor only.
    int subStreams; // that it, or what runs in its place, has sent out
    int inPlace; // sub-tasks that run in its place

    // Written by the worker before it hands the job back.
    ResultStatus status = ResultStatus.ABORTED;
    Payload payload = Payload.EMPTY;

    Job(CreditLedger ledger, Account account, long seq, long id, Payload body, long arrivedAt) {
        super(account, seq, id, body);
        this.ledger = ledger;
        this.arrivedAt = arrivedAt;
    }

    /** A worker takes it; false if it was withdrawn before. */
    boolean start() {
        return STATE.compareAndSet(this, State.QUEUED, State.RUNNING);
    }

    /** Takes it from the queue; false if a worker has it. */
    boolean withdraw() {
        return STATE.compareAndSet(this, State.QUEUED, State.WITHDRAWN);
    }

    void executedBy(Execution value) {
        execution = value;
    }

    /** Tells what runs to stop, as far as it can be told: a publisher is disposed, code that computes goes on. */
    void stop() {
        stopped = true;
        Execution running = execution;
        if (running != null) {
            running.stop();
        }
        HandlerFlux several = flux;
        if (several != null) {
            several.stop();
        }
        FeedSubscriber subscriber = feed;
        if (subscriber != null) {
            subscriber.stop();
        }
    }

    boolean isStopped() {
        return stopped;
    }

    /** Nobody waits for it any more: what it sent out itself is cancelled. */
    void abandon() {
        Execution running = execution;
        if (running != null) {
            running.endSubWork();
        }
    }

    /** The job whose place on the node this one takes. */
    Job root() {
        return this;
    }
}
