package io.broccoli.dispatch;

import io.broccoli.credit.ItemSource;
import io.broccoli.feed.Position;
import io.broccoli.frame.Payload;
import io.broccoli.spi.UnencodableException;
import io.broccoli.task.FailureKind;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber of a feed, as its node sees it: samples for which it gave no credit wait, and the oldest are dropped beyond what
 * the source keeps. Each sample says how many were missed before it, so that none is lost unnoticed. Belongs to the member's
 * serial executor.
 */
final class FeedSubscriber {

    /** Bytes of samples that may wait where they may be dropped; one may always. */
    static final long MAX_BYTES = 4 << 20;

    final Job job;
    private final Execution execution;
    private final FeedSource source;
    private final NodeFeeds feeds;
    private final ItemSource items;
    private final long epoch;
    private final int maxItem;
    private final int kept;

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long bytes; // of those
    private long credit; // asked for by the subscriber, and not passed on
    private long last; // the sample that it has, or is on its way
    private boolean ended;
    private boolean over;

    private record Waiting(long sequence, Intake.Arrival sample) {}

    FeedSubscriber(
            Job job,
            Execution execution,
            FeedSource source,
            NodeFeeds feeds,
            ItemSource items,
            long epoch,
            Position after,
            int maxItem) {
        this.job = job;
        this.execution = execution;
        this.source = source;
        this.feeds = feeds;
        this.items = items;
        this.epoch = epoch;
        this.maxItem = maxItem;
        this.kept = source.source().kept();
        boolean sameLife = after.epoch() == epoch;
        boolean fresh = after.epoch() == 0;
        // Of a later life it has nothing: whatever was given so far is missed.
        this.last = fresh ? source.produced() : sameLife ? after.sequence() : 0;
    }

    ItemSource items() {
        return items;
    }

    /** How many more samples of a publisher that waits may be on their way; without end for one that takes none any more. */
    long room() {
        return over || ended ? Long.MAX_VALUE : credit - waiting.size();
    }

    /** The source gave a sample. One that the subscriber has already is passed over. */
    void offer(long sequence, Intake.Arrival sample) {
        if (over || ended || sequence <= last) {
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
    void end(@Nullable Throwable why) {
        if (over || ended) {
            return;
        }
        ended = true;
        if (why == null) {
            execution.completes();
        } else if (why instanceof UnencodableException) {
            execution.failedWith(FailureKind.UNENCODABLE, String.valueOf(why.getMessage()));
        } else {
            execution.failedWith(why);
        }
    }

    /** The producer has some of the items, or takes more. */
    void asked() {
        advance();
        source.ask();
    }

    void advance() {
        if (over) {
            return;
        }
        credit += items.ask();
        while (credit > 0 && !waiting.isEmpty()) {
            passOn();
        }
        if (ended && waiting.isEmpty()) {
            items.end();
        }
        if (items.isOver()) {
            finish();
        } else {
            feeds.frames().advanced(job);
        }
    }

    private void passOn() {
        Waiting next = waiting.removeFirst();
        bytes -= next.sample().value().length();
        long missed = next.sequence() - last - 1;
        Payload item = feeds.codec()
                .encode(List.of(
                        epoch,
                        next.sequence(),
                        missed,
                        next.sample().timeMillis(),
                        next.sample().value()));
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
        ended = true;
        execution.failedWith(FailureKind.TOO_LARGE, message);
        items.end();
    }

    /** The producer has all: the outcome goes out. */
    private void finish() {
        over();
        execution.completedStream(items.produced());
    }

    /** Nobody waits for its samples any more. */
    void stop() {
        if (!over) {
            over();
            items.close();
            execution.aborted();
        }
    }

    private void over() {
        over = true;
        waiting.clear();
        feeds.remove(this);
        source.remove(this);
    }
}
