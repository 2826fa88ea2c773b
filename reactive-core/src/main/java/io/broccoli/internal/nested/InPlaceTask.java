package io.broccoli.internal.nested;

import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.credit.ItemSource;
import io.broccoli.internal.node.NodeTask;
import io.broccoli.internal.producer.Errand;
import io.broccoli.internal.producer.InPlace;
import org.jspecify.annotations.Nullable;

/** A sub-task that runs at its parent's node in its parent's place: nothing is sent, and it has no seq. */
final class InPlaceTask extends NodeTask implements InPlace {

    final Errand errand;
    private final SubWork subWork;
    private final String node;
    private @Nullable ItemSource items; // once it gives several values

    InPlaceTask(SubWork subWork, Errand errand, Payload body, String node) {
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
    public NodeTask root() {
        return subWork.root();
    }

    /** Its element ended: it does not begin, or is told to stop. */
    @Override
    public void drop() {
        if (withdraw()) {
            status = ResultStatus.CANCELLED;
            done();
        } else {
            stop();
        }
    }

    @Override
    public void asked() {
        subWork.asked(this);
    }

    @Override
    protected void streams(ItemSource source) {
        items = source;
    }

    /** They go to its errand: nothing is sent. */
    @Override
    protected boolean itemsReady() {
        ItemSource source = items;
        if (source != null) {
            subWork.items(this, source);
        }
        return false;
    }

    /** On the executor, when it has its outcome. */
    void done() {
        subWork.done(this);
    }
}
