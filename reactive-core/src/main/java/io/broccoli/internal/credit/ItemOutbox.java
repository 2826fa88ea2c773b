package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Item streams of one link that have something to be sent: they take turns, each with a run of its items. */
final class ItemOutbox {

    private final ArrayDeque<ItemSource> ready = new ArrayDeque<>(); // bounded by what the node runs

    boolean isEmpty() {
        return ready.isEmpty();
    }

    void add(ItemSource source) {
        if (!source.ready && source.hasNews()) {
            source.ready = true;
            ready.addLast(source);
        }
    }

    void clear() {
        ready.clear();
    }

    /**
     * Takes what fits into one frame; at least one item.
     *
     * @param runBytes what a run takes beside its items
     */
    List<Frame.ItemRun> take(int maxItems, int runBytes, long maxBytes, long now) {
        List<Frame.ItemRun> runs = new ArrayList<>();
        List<ItemSource> sources = new ArrayList<>();
        int items = 0;
        long left = maxBytes;
        ItemSource source;
        while ((items < maxItems || runs.isEmpty()) && (source = ready.pollFirst()) != null) {
            source.ready = false;
            Frame.@Nullable ItemRun run = source.take(Math.max(1, maxItems - items), left - runBytes, now);
            if (run == null && runs.isEmpty()) {
                run = source.take(1, Long.MAX_VALUE, now); // the producer takes smaller frames than it did
            }
            if (run != null) {
                runs.add(run);
                sources.add(source);
                items += Math.max(1, run.values().size());
                left -= runBytes
                        + run.values().stream()
                                .mapToLong(value -> value.length())
                                .sum();
                add(source);
            } else if (source.hasNews()) {
                source.ready = true;
                ready.addFirst(source); // it comes first in the next frame
                break;
            }
        }
        for (ItemSource each : sources) {
            each.sentIn(maxBytes - left, now);
        }
        return runs;
    }
}
