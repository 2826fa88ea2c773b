package io.broccoli.window;

import io.broccoli.window.Watermark.Source;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A binary heap of sources by their greatest time; those without a sample count as older than all others. */
final class SourceHeap {

    static final int NOWHERE = -1;

    private final boolean newestFirst;
    private @Nullable Source[] heap = new Source[8];
    private int size;

    SourceHeap(boolean newestFirst) {
        this.newestFirst = newestFirst;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Nullable Source first() {
        return heap[0];
    }

    /** The one behind the first. */
    @Nullable Source second() {
        Source left = size > 1 ? heap[1] : null;
        Source right = size > 2 ? heap[2] : null;
        return right != null && left != null && isBefore(right, left) ? right : left;
    }

    void add(Source it) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        put(size++, it);
        moved(it);
    }

    void remove(Source it) {
        int place = place(it);
        if (place == NOWHERE) {
            return;
        }
        setPlace(it, NOWHERE);
        Source last = at(--size);
        heap[size] = null;
        if (last != it) {
            put(place, last);
            moved(last);
        }
    }

    /** Its time changed. */
    void moved(Source it) {
        int place = place(it);
        if (place == NOWHERE) {
            return;
        }
        while (place > 0 && isBefore(it, at((place - 1) / 2))) {
            put(place, at((place - 1) / 2));
            place = (place - 1) / 2;
        }
        while (2 * place + 1 < size) {
            int child = 2 * place + 1;
            if (child + 1 < size && isBefore(at(child + 1), at(child))) {
                child++;
            }
            if (!isBefore(at(child), it)) {
                break;
            }
            put(place, at(child));
            place = child;
        }
        put(place, it);
    }

    private boolean isBefore(Source a, Source b) {
        return newestFirst ? isOlder(b, a) : isOlder(a, b);
    }

    private static boolean isOlder(Source a, Source b) {
        return b.started && (!a.started || a.newest < b.newest);
    }

    private Source at(int place) {
        Source it = heap[place];
        if (it == null) {
            throw new IllegalStateException("a heap of " + size + " sources has none at " + place);
        }
        return it;
    }

    private void put(int place, Source it) {
        heap[place] = it;
        setPlace(it, place);
    }

    private int place(Source it) {
        return newestFirst ? it.inKnown : it.inLive;
    }

    private void setPlace(Source it, int place) {
        if (newestFirst) {
            it.inKnown = place;
        } else {
            it.inLive = place;
        }
    }
}
