package io.broccoli.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.Reason;
import io.broccoli.frame.Frame.Result;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.frame.SeqRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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

    private static final int MAX_HOLES =
            8; // seqs in a row that a TASKS frame leaves out, before another frame is cheaper

    /** Seqs that may be open, and credit for more, at a time, whatever a node promises: no node holds more, or hears of more voids. */
    static final int MOST_CREDIT = CreditLedger.MAX_VOIDS;

    private static final long MOST_FRAMES = 1L << 48; // of all lives of a link; a greater number is none that was sent

    private final Events<T> events;
    private final OpenSeqs<T> open;
    private final RoundTrip outcomes = new RoundTrip(); // from a task to its outcome
    private final RoundTrip echoes = new RoundTrip(); // from a POLL to its GRANT
    private final Patience patience = new Patience();
    private final Pace pace = new Pace();

    private long producerEpoch;
    private long epoch;
    private long givenUp;
    private long limit;
    private long ctl;
    private long echoed;
    private int want;
    private int announcedWant;
    private long wantCtl;
    private boolean draining;
    private boolean excess;
    private boolean silent;
    private int weight = 1;

    private long late;

    /** @param idBase ids of this link's tasks are above it */
    public CreditLink(long producerEpoch, long idBase, Events<T> events) {
        this.producerEpoch = producerEpoch;
        this.open = new OpenSeqs<>(idBase);
        this.events = events;
    }

    /** What the link tells the dispatcher. */
    public interface Events<T> {

        /** The node answered; the element is no longer on this link. */
        void outcome(T element, ResultStatus status, Payload payload);

        /** The node answers with several values; this is the next one. */
        default void item(T element, Payload value) {}

        /** The link was lost with the element on it. */
        void lost(T element, boolean mayHaveStarted);
    }

    // ---- credit

    /** Tasks that may be launched now. */
    public long usable() {
        return epoch == 0 || draining ? 0 : limit - open.used();
    }

    /** Tasks that should be launched now: no more than credit, and no more under way than keep the node busy. */
    public long launchable() {
        return Math.min(usable(), pace.depth() - pace.ahead(inFlight()));
    }

    /** Credit that is worth having to keep the node busy; a matter of waiting only, not of the protocol. */
    public int worthWanting() {
        return pace.credit();
    }

    /** How many tasks the node runs at once; not known: {@link #launchable} knows no bound but credit. */
    public void workers(int value) {
        pace.workers(value);
    }

    /** Takes the next seq for an element. Only while {@link #usable} is above 0. */
    public long launch(T element, Payload body, long now) {
        return launch(element, body, null, now);
    }

    /** @param items null if the answer is one value */
    public long launch(T element, Payload body, @Nullable ItemSink items, long now) {
        long place = items != null && items.isEndless() ? 0 : pace.launch(inFlight()); // it does not keep the node busy
        return open.launch(new Sent<>(element, body, items, now, place, pace.outcomes()));
    }

    /**
     * How many tasks this producer would send now, beyond those under way. With 0 all unused credit is given back; a change
     * travels in the next frame, and in one of its own only where nothing else would tell the node.
     */
    public void want(int tasks) {
        if (tasks != want) {
            if (!isBusy()) {
                patience.rest(); // silence counts from when something is asked
            }
            want = tasks;
            wantCtl = ctl + 1;
            if (want > usable() && usable() >= announcedWant) {
                patience.askSoon(); // the node takes the link for satisfied
            }
        }
        if (want == 0 && usable() > 0) {
            open.surrender(usable());
        }
    }

    /** The id of the task that is first launched under this seq. */
    public long idOf(long seq) {
        return open.idOf(seq);
    }

    /** Whether the node answered what was last asked, or does not answer, and nothing can be sent. */
    public boolean isDry(long now) {
        boolean answered = patience.isAnswered(echoed) && want > 0 && echoed >= wantCtl;
        return usable() <= 0 && (answered || patience.isMute(echoed, now));
    }

    /** Asks at once; for when a connection came back. */
    public void askSoon() {
        patience.askSoon();
    }

    /** Most ranges, and most seqs that are asked for, in one frame to this node. */
    public void mostRanges(int value) {
        open.mostRanges(value);
    }

    /** Of this producer among those that want more than the node has. */
    public void weight(int value) {
        weight = value;
    }

    public int want() {
        return want;
    }

    /** Once in a re-announce: gives back credit that was more than wanted for all of it. */
    public void tick() {
        pace.tick();
        long surplus = usable() - want;
        if (surplus > 0 && excess) {
            open.surrender(surplus);
        }
        excess = surplus > 0;
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
        if (epoch == 0) {
            return null;
        }
        List<@Nullable Payload> bodies = new ArrayList<>();
        long first = open.firstToSend();
        long bytes = 0;
        int full = 0;
        for (long seq = first;
                full < maxEntries && seq <= open.used() && seq - first - bodies.size() <= MAX_HOLES;
                seq++) {
            Sent<T> sent = open.toBeSent(seq);
            if (sent != null) {
                bytes += sent.body.length() + entryBytes;
                if (bytes > maxBytes && full > 0) {
                    break;
                }
                while (bodies.size() < seq - first) {
                    bodies.add(null);
                }
                bodies.add(sent.body);
                open.sending(seq, sent, ctl + 1, now);
                full++;
            }
        }
        if (bodies.isEmpty()) {
            return null;
        }
        nextFrame();
        patience.tasksSent(now, lateAfter());
        return new Frame.Tasks(producerEpoch, epoch, ctl, want, first, open.idOf(first), bodies);
    }

    /** The newest voids, to be sent at once; null if there are none. */
    public Frame.@Nullable Cancel cancel() {
        SeqRanges voids = epoch == 0 ? null : open.newVoids();
        return voids == null ? null : cancel(voids);
    }

    private Frame.Cancel cancel(SeqRanges ranges) {
        nextFrame();
        return new Frame.Cancel(producerEpoch, epoch, ctl, want, ranges);
    }

    /** Each frame takes the next number, and tells the newest want. */
    private void nextFrame() {
        ctl++;
        announcedWant = want;
        patience.told();
    }

    // ---- time

    /** Whether this link has something to ask or to say: only then does {@link #keep} need to be called. */
    public boolean isBusy() {
        boolean unheard = epoch != 0 && echoed < wantCtl; // without an epoch the node has given nothing to take back
        return !open.isEmpty() || want > 0 || unheard;
    }

    /** When {@link #keep} is to be called next, while the link is busy; a time in the past: now. */
    public long nextKeep() {
        return patience.nextPoll(echoed);
    }

    /**
     * Asks again, ever less often, until there is nothing left to ask; gives up a node that is silent for a lease.
     *
     * @param out takes what is to be sent now
     */
    public void keep(long now, int maxFrame, int features, Consumer<Frame.ToNode> out) {
        if (!isBusy() || draining && open.isEmpty() && echoed >= wantCtl) {
            patience.rest();
            return;
        }
        if (patience.isOver(now)) {
            silent = true;
            if (epoch != 0) {
                givenUp = epoch;
                reset(0);
                patience.begin(now);
            }
        }
        if (now >= nextKeep()) {
            if (open.hasVoids() && epoch != 0) {
                out.accept(cancel(open.allVoids()));
            }
            out.accept(poll(now, maxFrame, features));
        }
    }

    /**
     * How long after a task was sent its outcome is late. Tasks may take long, or some of them may; but whether a frame arrived need not be
     * known as late as that.
     */
    private long lateAfter() {
        return Math.min(outcomes.lateAfter(), echoes.lateAfter() + Timing.LOOK);
    }

    private Frame.Poll poll(long now, int maxFrame, int features) {
        nextFrame();
        OpenSeqs.Ask ask = open.ask(ctl, echoed, lateAfter(), now);
        patience.polled(now, ctl, patience.isUnanswered(echoed) ? 0 : echoes.lateAfter());
        if (ask.more()) {
            patience.askSoon();
        }
        long shownEpoch = epoch != 0 ? epoch : -givenUp;
        return new Frame.Poll(
                producerEpoch, shownEpoch, ctl, want, ask.late(), ask.items(), maxFrame, features, weight);
    }

    // ---- frames in

    public void grant(Frame.Grant grant, long now) {
        if (grant.producerEpoch() != producerEpoch || grant.linkEpoch() < epoch || grant.linkEpoch() <= givenUp) {
            return;
        }
        if (grant.linkEpoch() > epoch) {
            if (grant.seen().count() > 0) {
                givenUp = grant.linkEpoch(); // somebody used it: a former life of this link, whose seqs are not ours
                patience.askSoon();
                return;
            }
            reset(grant.linkEpoch());
            echoed = grant.ctl();
            if (echoed > ctl && echoed < MOST_FRAMES) {
                ctl = echoed; // of a former life of this link, that used no seq: what this one says is newer
                wantCtl = ctl + 1;
            }
            if (want > grant.limit()) {
                patience.askSoon(); // only a frame of this epoch proves that it was heard: there is no credit before
            }
        }
        if (patience.isAnswerToPoll(grant.ctl()) && !patience.isAnswered(echoed)) {
            pace.echoed(patience.sincePoll(now));
            echoes.measure(patience.sincePoll(now));
        }
        hear(grant.ctl(), grant.limit(), now);
        open.granted(grant, echoes.smoothed(), now);
    }

    public void results(Frame.Results results, long now) {
        if (results.producerEpoch() != producerEpoch || results.linkEpoch() != epoch) {
            results.entries().forEach(this::late);
            return;
        }
        hear(results.ctl(), results.limit(), now);
        patience.outcomesCame(now, lateAfter());
        long inThisEpoch = epoch;
        for (Result result : results.entries()) {
            if (epoch == inThisEpoch) {
                result(result, now);
            }
        }
        pace.told(now);
    }

    public void items(Frame.Items frame, long now) {
        if (frame.producerEpoch() != producerEpoch || frame.linkEpoch() != epoch) {
            return;
        }
        patience.heard(now);
        patience.outcomesCame(now, lateAfter());
        for (Frame.ItemRun run : frame.runs()) {
            Sent<T> sent = open.get(run.seq());
            T element = sent == null ? null : sent.element;
            if (sent == null || element == null || sent.items == null) {
                continue;
            }
            open.itemsCame(run.seq(), sent, now);
            sent.items.offer(run, value -> events.item(element, value));
            if (sent.items.hasNews()) {
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
            outcomes.measure(now - sent.at);
            pace.outcome(sent.place, sent.outcomesBefore, sent.at);
        }
        if (result.status() == ResultStatus.RETURNED && isReason(result.payload(), Reason.DRAINING)) {
            draining = true;
        }
        events.outcome(element, result.status(), result.payload());
    }

    /** That a seq was cancelled may be said twice; the outcome of work that came too late is worth counting. */
    private void late(Result result) {
        late += result.status() == ResultStatus.CANCELLED ? 0 : 1;
    }

    private void hear(long frameCtl, long frameLimit, long now) {
        patience.heard(now);
        silent = false;
        echoed = Math.max(echoed, frameCtl);
        limit = Math.max(limit, Math.min(frameLimit, open.used() + MOST_CREDIT - open.size()));
    }

    /**
     * The node knows a newer life of this member than this one.
     *
     * @return the producer epoch to go on with on all links, or 0 if this refusal says nothing new
     */
    public long staleProducer(Frame.Nack nack) {
        return nack.reason() == Frame.Refusal.STALE_PRODUCER && nack.current() > producerEpoch ? nack.current() + 1 : 0;
    }

    /** Goes on in a new life. */
    public void restart(long newProducerEpoch) {
        reset(0);
        producerEpoch = newProducerEpoch;
        givenUp = 0;
        patience.askSoon();
    }

    /** The node is gone: what is under way is lost, nothing is asked any more. */
    public void gone() {
        givenUp = Math.max(givenUp, epoch);
        reset(0);
        want = 0;
        wantCtl = 0;
        patience.rest();
    }

    /** Whether the node takes nothing more. */
    public void draining(boolean value) {
        draining = value;
    }

    private void reset(long newEpoch) {
        List<Sent<T>> lost = open.reset();
        pace.reset();
        epoch = newEpoch;
        announcedWant = 0; // none of this epoch
        limit = 0;
        echoed = 0;
        for (Sent<T> sent : lost) {
            if (sent.element != null) {
                events.lost(sent.element, sent.sends > 0);
            }
        }
    }

    // ---- figures

    public long epoch() {
        return epoch;
    }

    public boolean isDraining() {
        return draining;
    }

    /** What is known of a task under way. */
    public enum Standing {
        SENT,
        SEEN,
        UNKNOWN
    }

    /** Of a seq that is open: once an answer is due it is not known whether it arrived, unless the node said so. */
    public Standing standing(long seq, long now) {
        Sent<T> sent = open.get(seq);
        if (sent != null && sent.seen) {
            return Standing.SEEN;
        }
        boolean due = sent == null || sent.sends > 0 && now - sent.at > lateAfter();
        return due ? Standing.UNKNOWN : Standing.SENT;
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
        return outcomes.isMeasured() ? outcomes.smoothed() : 0;
    }

    public long resent() {
        return open.resent();
    }

    /** Outcomes that came too late to count. */
    public long late() {
        return late;
    }

    public static boolean isReason(Payload payload, Reason reason) {
        return payload.equals(CreditLedger.reason(reason));
    }
}
