package io.broccoli.internal.node;

import io.broccoli.feed.Position;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.credit.ItemSource;
import io.broccoli.task.FailureKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber of a feed, as its node sees it: samples for which it gave no credit wait, and the oldest are dropped beyond what
 * the source keeps. Each sample says how many were missed before it, so that none is lost unnoticed. Belongs to the member's
 * serial executor.
 */
final class FeedSubscriber implements NodeTask.Giving, FeedListener {

    /** Bytes of samples that may wait where they may be dropped; one may always. */
    static final long MAX_BYTES = 4 << 20;

    final NodeTask task;
    private final Ending outcome;
    private final FeedOrigin source;
    private final NodeFeeds feeds;
    private final ItemSource items;
    private final long number;
    private final long epoch;
    private final int maxItem;
    private final int kept;

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long bytes; // of those
    private long credit; // asked for by the subscriber, and not passed on
    private long last; // the sample that it has, or is on its way
    private Step.@Nullable Done ending; // behind what waits
    private boolean over;

    // As it was looked at last.
    private boolean full; // it took no more
    private long since; // when that was first so, in milliseconds
    private long creditThen;
    private long allCredit; // ever

    private record Waiting(long sequence, Intake.Arrival sample) {}

    FeedSubscriber(
            NodeTask task, Ending outcome, FeedOrigin source, NodeFeeds feeds, ItemSource items, Position after) {
        this.task = task;
        this.outcome = outcome;
        this.source = source;
        this.feeds = feeds;
        this.items = items;
        this.number = source.nextNumber();
        this.epoch = feeds.epoch();
        this.maxItem = feeds.frames().maxItem(task);
        this.kept = source.kept();
        boolean sameLife = after.epoch() == epoch;
        boolean fresh = after.epoch() == 0;
        // Of a later life it has nothing: whatever was given so far is missed.
        this.last = fresh ? source.produced() : sameLife ? after.sequence() : 0;
    }

    /** How messages name it: its number among those of its feed, and who it is. */
    String name() {
        return "subscription " + number + " (of member " + task.producer() + ")";
    }

    /** Notes whether it takes more. It takes none only as long as it asks for none. */
    void look(long now) {
        long room = room();
        boolean fullNow = room <= 0;
        boolean ends = room == Long.MAX_VALUE;
        if (fullNow != full || since == 0 || ends || full && allCredit != creditThen) {
            full = fullNow;
            since = now;
        }
        creditThen = allCredit;
    }

    /** Whether it took no more when it was looked at. */
    boolean isFull() {
        return full;
    }

    /** For how many milliseconds that has been so. */
    long since(long now) {
        return now - since;
    }

    ItemSource items() {
        return items;
    }

    @Override
    public long room() {
        return over || ending != null ? Long.MAX_VALUE : credit - waiting.size();
    }

    @Override
    public void forEachSubscriber(Consumer<FeedSubscriber> action) {
        action.accept(this);
    }

    /** The source gave a sample. One that the subscriber has already is passed over. */
    @Override
    public void offer(long sequence, Intake.Arrival sample) {
        if (over || ending != null || sequence <= last) {
            return;
        }
        waiting.addLast(new Waiting(sequence, sample));
        bytes += sample.value().length();
        if (credit > 0) {
            passOn(); // none waits where there is credit
        }
        while (kept > 0 && (waiting.size() > kept || waiting.size() > 1 && bytes > MAX_BYTES)) {
            bytes -= waiting.removeFirst().sample().value().length();
        }
        source.waiting(waiting.size());
    }

    /** The source gives nothing more; what waits goes first. */
    @Override
    public void end(@Nullable ForeignFailure why) {
        if (!over && ending == null) {
            ending = why == null ? Step.Done.END : outcome.failed(why);
        }
    }

    /** A view failed in one of its steps; what waits goes first. */
    void end(ForeignFailure why, int step) {
        if (!over && ending == null) {
            ending = outcome.failed(why, step);
        }
    }

    /** A view used all readings up to this time and passed none of them on. Nobody waits for a mark: without credit it is left out. */
    void mark(long timeMillis) {
        if (!over && ending == null && credit > 0 && waiting.isEmpty()) {
            List<@Nullable Object> mark = new ArrayList<>(List.of(epoch, last, 0, timeMillis));
            mark.add(null);
            mark.addAll(List.of(0, 0));
            credit--;
            items.offer(feeds.values().encodePlain(mark));
        }
    }

    @Override
    public void asked() {
        advance();
        source.ask();
    }

    @Override
    public void advance() {
        if (over) {
            return;
        }
        long more = items.ask();
        credit += more;
        allCredit += more;
        while (credit > 0 && !waiting.isEmpty()) {
            passOn();
        }
        if (ending != null && waiting.isEmpty()) {
            items.end();
        }
        if (items.isOver()) {
            finish();
        } else {
            feeds.frames().advanced(task);
        }
    }

    private void passOn() {
        Waiting next = waiting.removeFirst();
        bytes -= next.sample().value().length();
        long since = next.sequence() - last;
        long used = Math.min(since, next.sample().used()); // of a pane that it has the beginning of, the rest
        long missed = since - used;
        List<Object> parts = List.of(
                epoch,
                next.sequence(),
                missed,
                next.sample().timeMillis(),
                next.sample().value(),
                0,
                used);
        Payload item = feeds.values().encodePlain(used == 1 ? parts.subList(0, 5) : parts);
        if (item.length() > maxItem) {
            cut("Sample " + next.sequence() + " takes " + item.length() + " bytes, at most " + maxItem
                    + " can be sent");
            return;
        }
        last = next.sequence();
        credit--;
        items.offer(item);
        source.passedOn(missed, items.kept());
    }

    /** A sample that cannot be sent ends the subscription, behind those before it. */
    private void cut(String message) {
        waiting.clear();
        bytes = 0;
        ending = outcome.failed(FailureKind.TOO_LARGE, message);
        items.end();
    }

    @Override
    public void tooLarge(int size) {
        if (!over) {
            cut(NodeTask.Giving.isTooLarge(size));
            items.cut();
        }
    }

    /** The producer has all: the outcome goes out. */
    private void finish() {
        over();
        Step.Done how = Objects.requireNonNull(ending);
        boolean completed = how.status() == ResultStatus.END;
        outcome.end(completed ? new Step.Done(how.status(), feeds.values().encodePlain(items.produced())) : how);
    }

    @Override
    public void stop() {
        if (!over) {
            over();
            items.close();
            outcome.end(Step.Done.ABORTED);
        }
    }

    private void over() {
        over = true;
        waiting.clear();
        feeds.remove(this);
        source.remove(this);
    }
}
