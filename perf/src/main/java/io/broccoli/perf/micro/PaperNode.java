package io.broccoli.perf.micro;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.credit.Account;
import io.broccoli.internal.credit.CreditLedger;
import io.broccoli.internal.credit.HeldTask;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node that is nothing but its ledger: what it accepts is done when it is asked to. */
final class PaperNode implements CreditLedger.Host {

    private static final Payload DONE = Payload.of(new byte[] {1});

    final CreditLedger ledger;
    private final List<HeldTask> held = new ArrayList<>();
    private Frame.@Nullable ToProducer said;

    PaperNode(int capacity, int links) {
        this.ledger = new CreditLedger(1, capacity, links, 4 * capacity, 1 << 20, Frame.MOST_WEIGHT, this);
    }

    private static final class Paper extends HeldTask {
        Paper(Account account, long seq, long id, Payload body) {
            super(account, seq, id, body);
        }
    }

    void finishAll() {
        for (int i = 0; i < held.size(); i++) {
            ledger.finished(held.get(i), ResultStatus.SUCCESS, DONE);
        }
        held.clear();
        ledger.deal();
    }

    /** The last frame of control, if any came since it was taken last. */
    Frame.@Nullable ToProducer takeSaid() {
        Frame.ToProducer taken = said;
        said = null;
        return taken;
    }

    @Override
    public void send(Account account, Frame.ToProducer frame) {
        said = frame;
    }

    @Override
    public void refuse(String producer, Frame.Nack nack) {
        throw new IllegalStateException("refused: " + nack);
    }

    @Override
    public HeldTask accept(Account account, long seq, long id, Payload body) {
        Paper task = new Paper(account, seq, id, body);
        held.add(task);
        return task;
    }

    @Override
    public boolean withdraw(HeldTask task, boolean stop) {
        return held.remove(task);
    }

    @Override
    public void answersReady(Account account) {}

    @Override
    public void grantSoon() {
        // results tell the limit before that
    }
}
