package io.broccoli.dispatch;

import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;

/** A sub-task that runs at its parent's node in its parent's place: nothing is sent, and it has no seq. */
final class InPlace extends Job {

    final Errand errand;
    private final SubWork subWork;
    private final String node;

    InPlace(SubWork subWork, Errand errand, Payload body, String node) {
        super(subWork.root().ledger, subWork.root().account(), 0, errand.id, body, errand.sentAt);
        this.subWork = subWork;
        this.errand = errand;
        this.node = node;
    }

    /** The node itself sent it. */
    @Override
    public String producer() {
        return node;
    }

    @Override
    Job root() {
        return subWork.root();
    }

    /** Its element ended: it does not begin, or is told to stop. */
    void drop() {
        if (withdraw()) {
            status = ResultStatus.CANCELLED;
            done();
        } else {
            stop();
        }
    }

    /** On the executor, when it has its outcome. */
    void done() {
        subWork.done(this);
    }
}
