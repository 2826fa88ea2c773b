package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.Result;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.base.FrameLimit;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A producer's side of its link to one node: how far it may go, what is under way, what it gave up.
 *
 * <p>ABSENT until the first GRANT, then ACTIVE in one epoch after another. A seq is used only below the limit; it is sent again
 * only when a GRANT that echoes a later frame than it was last sent in does not have it among the seen ones; an outcome counts
 * only in the epoch in which its task was sent.
 *
 * @param <T> what is sent: one element's work
 */
public final class CreditLink<T> {

    /** Ids that a link takes at a time. */
    public static final int ID_BLOCK = 4_096;

    private final LinkEvents<T> events;
    private final LinkEpoch epoch;
    private final OpenSeqs<T> open;
    private final FrameCount frames = new FrameCount();
    private final Patience patience = new Patience(frames);

    private boolean draining;
    private boolean silent;
    private int weight = 1;
    private long late;

    /** @param ids gives the first id of a block of {@link #ID_BLOCK} ids, each of them once */
    public CreditLink(long producerEpoch, LongSupplier ids, LinkEvents<T> events) {
        this.epoch = new LinkEpoch(producerEpoch);
        this.open = new OpenSeqs<>(new TaskIds(ids));
        this.events = events;
    }

    // ---- credit

    /** Tasks that may be launched now. */
    public long usable() {
        return !epoch.isOpen() || draining ? 0 : open.left();
    }

    /** Takes the next seq for an element, while {@link #usable} is above 0; without items where the answer is one value. */
    public long launch(T element, Payload body, @Nullable ItemSink items, long now) {
        return open.launch(new Sent<>(element, body, items, now));
    }

    /**
     * How many tasks this producer would send now, beyond those under way. With 0 all unused credit is given back; a change travels in
     * the next frame, and in one of its own only where nothing else would tell the node.
     */
    public void want(int tasks) {
        if (tasks != want()) {
            if (!isBusy()) {
                patience.rest(); // silence counts from when something is asked
            }
            frames.want(tasks);
            if (tasks > usable() && usable() >= frames.announcedWant()) {
                patience.askSoon(); // the node takes the link for satisfied
            }
        }
        if (tasks == 0 && usable() > 0) {
            open.surrender(usable());
        }
    }

    /** The id of the task that is first launched under this seq. */
    public long idOf(long seq) {
        return open.idOf(seq);
    }

    /** Whether the node answered what was last asked, or does not answer, and nothing can be sent. */
    public boolean isDry(long now) {
        boolean answered = patience.isAnswered() && want() > 0 && frames.isWantHeard();
        return usable() <= 0 && (answered || patience.isMute(now));
    }

    /** Whether the node has places free, as it last told, and did not hear all there is to tell: then it deals what is wanted. */
    public boolean isCreditComing() {
        return hasRoom() && (hasTasks() || frames.echoed() < frames.last());
    }

    public boolean hasRoom() {
        return open.unused().hasRoom();
    }

    /** Whether credit may be wanted ahead, or at least for what {@code waits} and could be sent. To be asked before each {@link #keep}. */
    public boolean mayWant(boolean waits, long now) {
        boolean mayLookAhead = open.unused().mayLookAhead(usable(), now);
        return mayLookAhead || waits && usable() <= 0 && open.unused().mayAsk(now);
    }

    /** Whether the node knows of all items that it may send to this sink, and some have not come. */
    public boolean isWaiting(ItemSink items) {
        return items.isWaiting(frames.echoed());
    }

    /** Asks at once; for when a connection came back. */
    public void askSoon() {
        patience.askSoon();
    }

    /** Most ranges, and most seqs that are asked for, in one frame to this node. */
    public void mostRanges(int value) {
        open.mostRanges(value);
    }

    /** How large frames to the node may be. */
    public FrameLimit limitOfFrames() {
        return open.limitOfFrames();
    }

    /** Of this producer among those that want more than the node has. */
    public void weight(int value) {
        weight = value;
    }

    public int want() {
        return frames.want();
    }

    /** Once in a re-announce: gives back credit that was more than wanted for all of it. */
    public void tick() {
        open.surrenderExcess(usable() - want());
    }

    /** Voids a seq: the node drops whatever it has of it, and its outcome counts no more. */
    public void voidSeq(long seq) {
        open.voidSeq(seq);
    }

    // ---- frames out

    /** Whether there are tasks to be sent. */
    public boolean hasTasks() {
        return open.hasToSend();
    }

    /**
     * The next tasks to be sent.
     *
     * @param maxBytes for the bodies, each counted with {@code entryBytes} more
     * @return null if there are none
     */
    public Frame.@Nullable Tasks tasks(long now, int maxEntries, int entryBytes, int maxBytes) {
        OpenSeqs.@Nullable Batch batch =
                epoch.isOpen() ? open.take(frames.last() + 1, now, maxEntries, entryBytes, maxBytes) : null;
        if (batch == null) {
            return null;
        }
        long ctl = nextFrame();
        patience.tasksSent(now);
        long first = batch.firstSeq();
        return new Frame.Tasks(epoch.producer(), epoch.current(), ctl, want(), first, open.idOf(first), batch.bodies());
    }

    /** The newest voids, to be sent at once; null if there are none. */
    public Frame.@Nullable Cancel cancel() {
        SeqRanges voids = epoch.isOpen() ? open.newVoids() : null;
        return voids == null ? null : cancel(voids);
    }

    private Frame.Cancel cancel(SeqRanges ranges) {
        return new Frame.Cancel(epoch.producer(), epoch.current(), nextFrame(), want(), ranges);
    }

    private long nextFrame() {
        patience.told();
        return frames.next();
    }

    // ---- time

    /** Whether this link has something to ask or to say: only then does {@link #keep} need to be called. */
    public boolean isBusy() {
        boolean unheard =
                epoch.isOpen() && !frames.isWantHeard(); // without an epoch the node has given nothing to take back
        return !open.isEmpty() || want() > 0 || unheard;
    }

    /** The {@link Deadline} for the next call of {@link #keep}, while the link is busy. */
    public long nextKeep(long now) {
        return Deadline.earlier(patience.nextPoll(now), open.unused().dueAt(usable()));
    }

    /** Asks again by {@code out}, ever less often, until there is nothing left to ask; gives up a node that is silent for a lease. */
    public void keep(long now, int maxFrame, int features, Consumer<Frame.ToNode> out) {
        if (!isBusy() || draining && open.isEmpty() && frames.isWantHeard()) {
            patience.rest();
            return;
        }
        if (patience.isOver(now)) {
            silent = true;
            if (epoch.isOpen()) {
                epoch.giveUp(epoch.current());
                reset(0);
                patience.begin(now);
            }
        }
        if (Deadline.isOver(patience.nextPoll(now), now)) {
            if (open.hasVoids() && epoch.isOpen()) {
                out.accept(cancel(open.allVoids()));
            }
            out.accept(poll(now, maxFrame, features));
        }
    }

    private Frame.Poll poll(long now, int maxFrame, int features) {
        long ctl = nextFrame();
        Questions.Ask ask = open.ask(ctl, frames.echoed(), patience.lateAfter(), now);
        patience.polled(ctl, now);
        if (ask.more()) {
            patience.askSoon();
        }
        return new Frame.Poll(
                epoch.producer(), epoch.shown(), ctl, want(), ask.late(), ask.items(), maxFrame, features, weight);
    }

    // ---- frames in

    public void grant(Frame.Grant grant, long now) {
        if (!epoch.takes(grant)) {
            return;
        }
        if (grant.linkEpoch() > epoch.current()) {
            if (grant.seen().count() > 0) {
                epoch.giveUp(
                        grant.linkEpoch()); // somebody used it: a former life of this link, whose seqs are not ours
                patience.askSoon();
                return;
            }
            reset(grant.linkEpoch());
            frames.begin(grant.ctl());
            if (want() > grant.limit()) {
                patience.askSoon(); // only a frame of this epoch proves that it was heard: there is no credit before
            }
        }
        if (patience.isFirstAnswer(grant.ctl())) {
            events.echoed(patience.answered(now));
        }
        hear(grant.ctl(), grant.limit(), grant.free(), now);
        open.granted(grant, patience.smoothedEcho(), now)
                .forEach(each -> events.outcome(each, ResultStatus.RETURNED, CreditLedger.reason(Reason.TOO_LARGE)));
    }

    public void results(Frame.Results results, long now) {
        if (!epoch.is(results.producerEpoch(), results.linkEpoch())) {
            results.entries().forEach(this::late);
            return;
        }
        hear(results.ctl(), results.limit(), results.free(), now);
        patience.outcomesCame(now);
        long inThisEpoch = epoch.current();
        for (Result result : results.entries()) {
            if (epoch.current() == inThisEpoch) {
                result(result, now);
            }
        }
        if (open.isEmpty() && frames.isWantHeard() && usable() >= want()) {
            patience.satisfied(now);
        }
    }

    public void items(Frame.Items frame, long now) {
        if (!epoch.is(frame.producerEpoch(), frame.linkEpoch())) {
            return;
        }
        patience.heard(now);
        patience.outcomesCame(now);
        for (Frame.ItemRun run : frame.runs()) {
            if (open.items(run, now, events::item)) {
                patience.askSoon();
            }
        }
    }

    private void result(Result result, long now) {
        Sent<T> sent = open.remove(result.seq());
        if (sent == null) {
            late(result);
            return;
        }
        T element = sent.element;
        if (element == null) {
            return;
        }
        if (sent.sends == 1 && sent.items == null) { // the end of a stream comes when its items were taken
            patience.measure(now - sent.at);
            events.timed(element, sent.at);
        }
        if (result.status() == ResultStatus.RETURNED && CreditLedger.isReason(result.payload(), Reason.DRAINING)) {
            draining = true;
        }
        events.outcome(element, result.status(), result.payload());
    }

    /** That a seq was cancelled may be said twice; the outcome of work that came too late is worth counting. */
    private void late(Result result) {
        late += result.status() == ResultStatus.CANCELLED ? 0 : 1;
    }

    private void hear(long frameCtl, long frameLimit, int free, long now) {
        patience.heard(now);
        silent = false;
        frames.echo(frameCtl);
        open.allow(frameLimit, now);
        open.unused().told(free);
    }

    /**
     * The node knows a newer life of this member than this one.
     *
     * @return the producer epoch to go on with on all links, or 0 if this refusal says nothing new
     */
    public long staleProducer(Frame.Nack nack) {
        return nack.reason() == Frame.Refusal.STALE_PRODUCER && nack.current() > epoch.producer()
                ? nack.current() + 1
                : 0;
    }

    /** Goes on in a new life. */
    public void restart(long newProducerEpoch) {
        reset(0);
        epoch.restart(newProducerEpoch);
        patience.askSoon();
    }

    /** The node is gone: what is under way is lost, nothing is asked any more. */
    public void gone() {
        epoch.giveUp(epoch.current());
        reset(0);
        frames.forgetWant();
        patience.rest();
    }

    /** Whether the node takes nothing more. */
    public void draining(boolean value) {
        draining = value;
    }

    private void reset(long newEpoch) {
        List<Sent<T>> lost = open.reset();
        epoch.begin(newEpoch);
        frames.reset();
        for (Sent<T> sent : lost) {
            if (sent.element != null) {
                events.lost(sent.element, sent.sends > 0);
            }
        }
    }

    public long epoch() {
        return epoch.current();
    }

    public boolean isDraining() {
        return draining;
    }

    /** Of a seq that is open. */
    public Standing standing(long seq, long now) {
        return open.standing(seq, patience.lateAfter(), now);
    }

    /** Whether a lease passed without a word though something was asked; until the next word. */
    public boolean isSilent() {
        return silent;
    }

    /** Tasks under way. */
    public int inFlight() {
        return open.inFlight();
    }

    /** From sending a task to its outcome; 0 before the first. */
    public long smoothedRoundTrip() {
        return patience.smoothedOutcome();
    }

    public long resent() {
        return open.resent();
    }

    /** Outcomes that came too late to count. */
    public long late() {
        return late;
    }
}
