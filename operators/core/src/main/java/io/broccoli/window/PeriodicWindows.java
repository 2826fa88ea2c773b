package io.broccoli.window;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tumbling and sliding windows. Samples are kept in panes, whose length is the greatest common divisor of size and slide,
 * so that each is kept once. A pane creates all windows that cover it.
 */
final class PeriodicWindows<K extends @Nullable Object, V extends @Nullable Object, R extends @Nullable Object>
        extends OpenWindows<K, V, R> {

    private final long size;
    private final long slide;
    private final long offset;
    private final long pane;
    private final Map<K, KeyPanes<K>> keys = new HashMap<>();
    private final Spans<Slot<K>> slots = new Spans<>();
    private final ArrayDeque<Firing<K>> early = new ArrayDeque<>();
    private final ArrayDeque<OpenWindow<K>> again = new ArrayDeque<>();
    private int fired; // the slots before this one fired
    private int firing; // the next window of the first slot that did not
    private boolean rose;

    /** The samples of one key in one part of the windows. */
    private static final class Pane extends Content.Holder {
        Pane(long first, long last, @Nullable Object kept) {
            super(first, last, kept);
        }
    }

    /** The panes and windows of a key; there is none for a key that has none. */
    private static final class KeyPanes<K extends @Nullable Object> {
        final K key;
        final Spans<Pane> panes = new Spans<>();
        final Spans<OpenWindow<K>> windows = new Spans<>();

        @Nullable Pane recent;

        KeyPanes(K key) {
            this.key = key;
        }
    }

    /** A window of a key. */
    private static final class OpenWindow<K extends @Nullable Object> extends Span {
        final KeyPanes<K> of;
        boolean fired;
        int revision;

        OpenWindow(KeyPanes<K> of, long first, long last) {
            super(first, last);
            this.of = of;
        }
    }

    /** The windows of all keys for one interval, in the order of their first samples. */
    private static final class Slot<K extends @Nullable Object> extends Span {
        final ArrayList<OpenWindow<K>> windows = new ArrayList<>(1);
        int closed; // so many of them fired early and are gone

        Slot(long first, long last) {
            super(first, last);
        }

        /** Lets go of those that are gone, which may come again without end; cheap on average. */
        void trim() {
            if (2 * closed >= windows.size()) {
                windows.subList(0, closed).clear();
                closed = 0;
            }
        }
    }

    /** A result that was cut off its panes. */
    private record Firing<K extends @Nullable Object>(OpenWindow<K> window, List<Pane> panes) {}

    PeriodicWindows(Window.Periodic spec, Watermark mark, long lateness, Content<V, R> content) {
        super(mark, lateness, content);
        size = spec.size().toMillis();
        slide = spec.slide().toMillis();
        offset = Math.floorMod(spec.offset().toMillis(), slide);
        pane = divisor(size, slide);
    }

    private static long divisor(long a, long b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    @Override
    int keys() {
        return keys.size();
    }

    @Override
    boolean add(K key, long time, V value, long order) {
        KeyPanes<K> of = keys.get(key);
        Pane into = of == null ? null : of.recent;
        if (of != null && into != null && into.first <= time && time <= into.last && !mark.isPast(time)) {
            put(into, value, order); // no window that covers it has fired
            return true;
        }
        long since = Math.floorMod(Math.floorMod(time, slide) - offset, slide); // the newest window began
        long rest = size - 1 - since;
        if (rest < 0) {
            return true;
        }
        if (isGone(Millis.plus(time, rest))) {
            return false;
        }
        if (of == null) {
            of = new KeyPanes<>(key);
            keys.put(key, of);
        }
        long sincePane = since % pane;
        long first = Millis.plus(time, -sincePane);
        long last = Millis.plus(time, pane - 1 - sincePane);
        int index = of.panes.index(first, last);
        into = index < of.panes.size() && of.panes.get(index).first == first ? of.panes.get(index) : null;
        if (into == null) {
            into = new Pane(first, last, content.start());
            held += content.samples(into.kept);
            of.panes.insert(index, into);
            open(of, time, since, rest);
        }
        of.recent = into;
        put(into, value, order);
        if (mark.isPast(time)) {
            fireAgain(of, time, since, rest);
        }
        return true;
    }

    private void put(Pane into, V value, long order) {
        int before = content.samples(into.kept);
        into.kept = content.add(into.kept, order, value);
        held += content.samples(into.kept) - before;
    }

    /** Creates the windows that cover a new pane. */
    private void open(KeyPanes<K> of, long time, long since, long rest) {
        for (long back = 0; rest - back >= 0; back += slide) {
            long last = Millis.plus(time, rest - back);
            if (isGone(last)) {
                return;
            }
            long first = Millis.plus(time, -since - back);
            int index = of.windows.index(first, last);
            if (index < of.windows.size() && isSame(of.windows.get(index), first, last)) {
                continue;
            }
            OpenWindow<K> opened = new OpenWindow<>(of, first, last);
            of.windows.insert(index, opened);
            slot(first, last).windows.add(opened);
            windows++;
        }
    }

    private Slot<K> slot(long first, long last) {
        int index = slots.index(first, last);
        if (index < slots.size() && isSame(slots.get(index), first, last)) {
            return slots.get(index);
        }
        Slot<K> created = new Slot<>(first, last);
        slots.insert(index, created);
        if (mark.isPast(last)) {
            fired++; // its windows fire because of their samples
        }
        return created;
    }

    private static boolean isSame(Span span, long first, long last) {
        return span.first == first && span.last == last;
    }

    /** The windows of this sample that the watermark has passed fire with it. */
    private void fireAgain(KeyPanes<K> of, long time, long since, long rest) {
        for (long back = 0; rest - back >= 0; back += slide) {
            long last = Millis.plus(time, rest - back);
            if (isGone(last)) {
                return;
            }
            OpenWindow<K> window = of.windows.find(Millis.plus(time, -since - back), last);
            if (window != null && mark.isPast(last)) {
                if (window.fired) {
                    window.revision++;
                }
                window.fired = true;
                again.addFirst(window);
            }
        }
    }

    @Override
    void rose() {
        rose = true;
    }

    @Override
    @Nullable WindowResult<K, R> next() {
        Firing<K> cut = early.poll();
        if (cut != null) {
            OpenWindow<K> window = cut.window();
            return result(window.of.key, window, window.revision, cut.panes(), true);
        }
        OpenWindow<K> repeated = again.poll();
        if (repeated != null) {
            return result(repeated.of.key, repeated, repeated.revision, panes(repeated), false);
        }
        if (!rose) {
            return null;
        }
        while (fired < slots.size() && fires(slots.get(fired).last)) {
            Slot<K> slot = slots.get(fired);
            firing = Math.max(firing, slot.closed);
            if (firing < slot.windows.size()) {
                OpenWindow<K> window = slot.windows.get(firing++);
                window.fired = true;
                return result(window.of.key, window, window.revision, panes(window), false);
            }
            firing = 0;
            fired++;
        }
        while (!slots.isEmpty() && isGone(slots.get(0).last)) {
            forget(slots.get(0));
        }
        rose = false;
        return null;
    }

    private List<Pane> panes(OpenWindow<K> window) {
        Spans<Pane> all = window.of.panes;
        List<Pane> covered = new ArrayList<>(1);
        for (int i = all.index(window.first, window.first); i < all.size() && all.get(i).first <= window.last; i++) {
            covered.add(all.get(i));
        }
        return covered;
    }

    private void forget(Slot<K> slot) {
        for (int i = slot.closed; i < slot.windows.size(); i++) {
            forget(slot.windows.get(i));
        }
        slots.remove(0);
        fired = Math.max(0, fired - 1);
    }

    /** The oldest window of its key is gone, and the panes that no other window covers. */
    private void forget(OpenWindow<K> window) {
        KeyPanes<K> of = window.of;
        of.windows.remove(of.windows.index(window.first, window.last));
        windows--;
        while (!of.panes.isEmpty() && Millis.compareSum(of.panes.get(0).first, size - slide, window.last) <= 0) {
            held -= content.samples(of.panes.get(0).kept);
            of.panes.remove(0);
        }
        of.recent = null;
        if (of.windows.isEmpty()) {
            keys.remove(of.key);
        }
    }

    @Override
    void closeOldest() {
        if (slots.isEmpty()) {
            return;
        }
        Slot<K> oldest = slots.get(0);
        if (fired > 0) {
            closedUpTo(oldest.last);
            forget(oldest);
        } else if (slide < size) {
            for (OpenWindow<K> window : oldest.windows) {
                early.add(new Firing<>(window, panes(window)));
            }
            closedUpTo(oldest.last);
            forget(oldest);
        } else {
            OpenWindow<K> window = oldest.windows.get(oldest.closed++);
            early.add(new Firing<>(window, panes(window)));
            forget(window);
            oldest.trim();
            if (oldest.windows.isEmpty()) {
                slots.remove(0);
            }
        }
    }

    @Override
    void forEachHeld(Consumer<Object> hook) {
        for (KeyPanes<K> of : keys.values()) {
            for (int i = 0; i < of.panes.size(); i++) {
                content.forEach(of.panes.get(i).kept, hook);
            }
        }
    }
}
