package io.broccoli.window;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The samples of one side of a join that may still meet a partner, for each key. A key without any takes no memory. */
final class KeptSide<K extends @Nullable Object> {

    private final Map<K, Keyed<K>> keys = new HashMap<>();
    private final PriorityQueue<Entry<K>> queue = new PriorityQueue<>(Entry.BY_OLDEST);
    private int size;

    /** The samples of a key. */
    private static final class Keyed<K extends @Nullable Object> {
        final K key;
        final Timeline samples = new Timeline();

        @Nullable Entry<K> entry; // in the queue; all others of it are void

        Keyed(K key) {
            this.key = key;
        }
    }

    /** A key in the queue, and a time that is not behind that of its oldest sample. */
    private static final class Entry<K extends @Nullable Object> {
        static final Comparator<Entry<?>> BY_OLDEST = Comparator.comparingLong(it -> it.oldest);

        final Keyed<K> keyed;
        final long oldest;

        Entry(Keyed<K> keyed, long oldest) {
            this.keyed = keyed;
            this.oldest = oldest;
        }
    }

    int size() {
        return size;
    }

    int keys() {
        return keys.size();
    }

    @Nullable Timeline of(K key) {
        Keyed<K> keyed = keys.get(key);
        return keyed == null ? null : keyed.samples;
    }

    void add(K key, long time, long number, @Nullable Object value) {
        Keyed<K> keyed = keys.get(key);
        if (keyed == null) {
            keyed = new Keyed<>(key);
            keys.put(key, keyed);
        }
        Entry<K> entry = keyed.entry;
        if (entry == null || time < entry.oldest) {
            queue(keyed, time);
        }
        keyed.samples.add(time, number, value);
        size++;
    }

    private void queue(Keyed<K> keyed, long oldest) {
        Entry<K> entry = new Entry<>(keyed, oldest);
        keyed.entry = entry;
        queue.add(entry);
    }

    /** Forgets samples that are out of reach: those for which the watermark is above time + reach. */
    void forget(Watermark mark, long reach) {
        for (Keyed<K> head = first(); head != null && mark.isPast(oldest(head), reach); head = first()) {
            while (head.samples.size() > 0 && mark.isPast(head.samples.time(0), reach)) {
                head.samples.removeFirst();
                size--;
            }
            requeueFirst(head);
        }
    }

    /** Forgets samples of a key that are not the newest one that the watermark has reached, and older than that. */
    void forgetOutdone(K key, Watermark mark) {
        Timeline samples = of(key);
        if (samples != null) {
            while (samples.size() > 1 && mark.reached(samples.time(1))) {
                samples.removeFirst();
                size--;
            }
        }
    }

    /** The time of the oldest sample; null if there is none. */
    @Nullable Long oldest() {
        Keyed<K> head = first();
        return head == null ? null : oldest(head);
    }

    /** Forgets the oldest sample. */
    void forgetOldest() {
        Keyed<K> head = first();
        if (head != null) {
            head.samples.removeFirst();
            size--;
            requeueFirst(head);
        }
    }

    private static long oldest(Keyed<?> keyed) {
        return keyed.samples.time(0);
    }

    /** The key with the oldest sample, at the head of the queue. */
    private @Nullable Keyed<K> first() {
        for (Entry<K> head = queue.peek(); head != null; head = queue.peek()) {
            Keyed<K> keyed = head.keyed;
            if (keyed.entry != head) {
                queue.remove();
            } else if (oldest(keyed) != head.oldest) {
                requeueFirst(keyed);
            } else {
                return keyed;
            }
        }
        return null;
    }

    private void requeueFirst(Keyed<K> head) {
        queue.remove();
        head.entry = null;
        if (head.samples.size() == 0) {
            keys.remove(head.key);
        } else {
            queue(head, oldest(head));
        }
    }

    void forEach(Consumer<Object> hook) {
        keys.values().forEach(keyed -> keyed.samples.forEach(hook));
    }
}
