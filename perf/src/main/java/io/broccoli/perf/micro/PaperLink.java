package io.broccoli.perf.micro;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.credit.CreditLink;
import io.broccoli.internal.credit.LinkEvents;

/** A producer that is nothing but its link: tasks go over to the node, and back as outcomes, without bytes or threads. */
final class PaperLink implements LinkEvents<PaperLink> {

    private static final Payload BODY = Payload.of(new byte[] {(byte) 0x93, 1, 2, 3});
    private static final int MAX_BATCH = 4_096;
    private static final int ENTRY_BYTES = 12;
    private static final int FRAME_BYTES = 65_536;

    private final String name;
    private final PaperNode node;
    private final CreditLink<PaperLink> link = new CreditLink<>(1, this::idBlock, this);
    private long nextId = 1L << 40;
    private int outcomes;

    PaperLink(String name, PaperNode node) {
        this.name = name;
        this.node = node;
    }

    private long idBlock() {
        nextId += CreditLink.ID_BLOCK;
        return nextId;
    }

    /** Asks for credit until there is some. */
    void open(int want, long now) {
        link.want(want);
        for (int i = 0; i < 3; i++) {
            link.keep(now + i * 2_000_000_000L, FRAME_BYTES, 0, frame -> hear((Frame.Poll) frame, now));
        }
        if (link.usable() < want) {
            throw new IllegalStateException(name + " got credit for " + link.usable() + " of " + want);
        }
    }

    private void hear(Frame.Poll poll, long now) {
        node.ledger.poll(name, poll, now);
        if (node.takeSaid() instanceof Frame.Grant grant) {
            link.grant(grant, now);
        }
    }

    /** Sends tasks, and hears their outcomes. */
    int cycle(int tasks, long now) {
        outcomes = 0;
        for (int i = 0; i < tasks; i++) {
            link.launch(this, BODY, null, now);
        }
        Frame.Tasks frame = link.tasks(now, MAX_BATCH, ENTRY_BYTES, FRAME_BYTES);
        if (frame == null) {
            throw new IllegalStateException("nothing was sent");
        }
        node.ledger.tasks(name, frame, now);
        node.finishAll();
        var account = node.ledger.account(name);
        Frame.Results results =
                account == null ? null : node.ledger.results(account, MAX_BATCH, ENTRY_BYTES, FRAME_BYTES, FRAME_BYTES);
        if (results != null) {
            link.results(results, now);
        }
        if (outcomes != tasks || link.usable() < tasks) {
            throw new IllegalStateException(outcomes + " outcomes, credit for " + link.usable());
        }
        return outcomes;
    }

    @Override
    public void outcome(PaperLink element, ResultStatus status, Payload payload) {
        outcomes++;
    }

    @Override
    public void lost(PaperLink element, boolean mayHaveStarted) {
        throw new IllegalStateException("lost");
    }
}
