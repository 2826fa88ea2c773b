package io.broccoli.window;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sessions. Those of a key do not overlap. A session that grows is left where it is in the queue of those that wait, and
 * queued anew when its former end comes.
 */
final class SessionWindows<K extends @Nullable Object, V extends @Nullable Object, R extends @Nullable Object>
        extends OpenWindows<K, V, R> {

    private final long gap;
    private final Map<K, Spans<OpenSession<K>>> keys = new HashMap<>();
    private final PriorityQueue<Queued<K>> waiting = new PriorityQueue<>(Queued.BY_LAST); // to fire
    private final PriorityQueue<Queued<K>> passed = new PriorityQueue<>(Queued.BY_LAST); // fired, to be forgotten
    private final ArrayDeque<OpenSession<K>> ready = new ArrayDeque<>();
    private boolean rose;

    /** A session of a key. */
    private static final class OpenSession<K extends @Nullable Object> extends Content.Holder {
        static final Comparator<OpenSession<?>> RANK = Comparator.<OpenSession<?>>comparingLong(it -> it.last)
                .thenComparingLong(it -> it.first)
                .thenComparingLong(it -> it.order);

        final K key;
        long order; // of its first sample
        int revision;
        boolean fired;
        boolean early;

        @Nullable Queued<K> queued; // its entry; all others are void

        boolean inPassed; // where that is

        OpenSession(K key, long first, long last, long order, @Nullable Object kept) {
            super(first, last, kept);
            this.key = key;
            this.order = order;
        }

        /** It grows: if it fired, it fires again. */
        void unfire() {
            if (fired) {
                revision++;
                fired = false;
            }
        }
    }

    /** A session in a queue, and its last instant when it was put there. */
    private static final class Queued<K extends @Nullable Object> {
        static final Comparator<Queued<?>> BY_LAST = Comparator.comparingLong(it -> it.last);

        final OpenSession<K> session;
        private final long last;

        Queued(OpenSession<K> session, long last) {
            this.session = session;
            this.last = last;
        }

        boolean isVoid() {
            return session.queued != this;
        }

        boolean isOutgrown() {
            return session.last != last;
        }
    }

    SessionWindows(Window.Session spec, Watermark mark, long lateness, Content<V, R> content) {
        super(mark, lateness, content);
        gap = spec.gap().toMillis();
    }

    @Override
    int keys() {
        return keys.size();
    }

    @Override
    boolean add(K key, long time, V value, long order) {
        long last = Millis.plus(time, gap - 1);
        Spans<OpenSession<K>> of = keys.get(key);
        int index = of == null ? 0 : of.index(Long.MIN_VALUE, time); // the first that ends at or behind the sample
        boolean touches = of != null && index < of.size() && of.get(index).first <= last;
        if (!touches && isGone(last)) {
            return false;
        }
        if (of == null) {
            of = new Spans<>();
            keys.put(key, of);
        }
        OpenSession<K> into;
        if (touches) {
            into = merged(of, index, last);
        } else {
            into = new OpenSession<>(key, time, last, order, content.start());
            held += content.samples(into.kept);
            windows++;
            of.insert(index, into);
        }
        held -= content.samples(into.kept);
        into.kept = content.add(into.kept, order, value);
        held += content.samples(into.kept);
        into.first = Math.min(into.first, time);
        into.last = Math.max(into.last, last);
        if (mark.isPast(into.last)) {
            into.fired = true;
            ready.add(into);
        }
        if (into.queued == null || into.fired != into.inPassed) {
            queue(into);
        }
        return true;
    }

    /** Into the queue where it belongs; an entry that it has elsewhere is void. */
    private void queue(OpenSession<K> session) {
        session.queued = new Queued<>(session, session.last);
        session.inPassed = session.fired;
        (session.fired ? passed : waiting).add(session.queued);
    }

    /** The session at this index with all further ones that start up to {@code last}; it is to fire again if one did. */
    private OpenSession<K> merged(Spans<OpenSession<K>> of, int index, long last) {
        OpenSession<K> into = of.get(index);
        into.unfire();
        while (index + 1 < of.size() && of.get(index + 1).first <= last) {
            OpenSession<K> other = of.get(index + 1);
            other.unfire();
            held -= content.samples(into.kept) + content.samples(other.kept);
            into.kept = content.merge(into.kept, other.kept);
            held += content.samples(into.kept);
            into.last = other.last;
            into.order = Math.min(into.order, other.order);
            into.revision = Math.max(into.revision, other.revision);
            other.queued = null;
            other.kept = null;
            of.remove(index + 1);
            windows--;
        }
        return into;
    }

    @Override
    void rose() {
        rose = true;
    }

    @Override
    @Nullable WindowResult<K, R> next() {
        if (ready.isEmpty() && rose) {
            rose = false;
            collectReady();
            forgetGone();
        }
        OpenSession<K> session = ready.poll();
        return session == null ? null : result(session.key, session, session.revision, List.of(session), session.early);
    }

    private void collectReady() {
        List<OpenSession<K>> due = new ArrayList<>();
        for (OpenSession<K> it = oldest(waiting); it != null && fires(it.last); it = oldest(waiting)) {
            waiting.remove();
            it.fired = true;
            queue(it);
            due.add(it);
        }
        due.sort(OpenSession.RANK);
        ready.addAll(due);
    }

    private void forgetGone() {
        for (OpenSession<K> it = oldest(passed); it != null && isGone(it.last); it = oldest(passed)) {
            passed.remove();
            forget(it);
        }
    }

    /** The session at the head of a queue, after entries that are void or outgrown were put right. */
    private @Nullable OpenSession<K> oldest(PriorityQueue<Queued<K>> queue) {
        for (Queued<K> head = queue.peek(); head != null; head = queue.peek()) {
            if (head.isVoid()) {
                queue.remove();
            } else if (head.isOutgrown()) {
                queue.remove();
                queue(head.session);
            } else {
                return head.session;
            }
        }
        return null;
    }

    private void forget(OpenSession<K> session) {
        Spans<OpenSession<K>> of = keys.get(session.key);
        if (of != null) {
            of.remove(of.index(session.first, session.last));
            if (of.isEmpty()) {
                keys.remove(session.key);
            }
        }
        session.queued = null;
        held -= content.samples(session.kept);
        windows--;
    }

    @Override
    void closeOldest() {
        OpenSession<K> done = oldest(passed);
        if (done != null) {
            passed.remove();
            closedUpTo(done.last);
            forget(done);
            return;
        }
        OpenSession<K> open = oldest(waiting);
        if (open != null) {
            waiting.remove();
            forget(open);
            open.early = true;
            ready.add(open);
        }
    }

    @Override
    void forEachHeld(Consumer<Object> hook) {
        for (Spans<OpenSession<K>> of : keys.values()) {
            for (int i = 0; i < of.size(); i++) {
                content.forEach(of.get(i).kept, hook);
            }
        }
    }
}
