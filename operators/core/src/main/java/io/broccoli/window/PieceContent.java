package io.broccoli.window;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps samples until there are enough of them for a piece, and then the piece, which counts as one. */
final class PieceContent<V> extends Content<V, List<Object>> {

    private final int size;
    private final Consumer<WindowPart.Piece<V>> cut;

    /**
     * @param size samples of a piece
     * @param cut gets each piece as soon as it is there
     */
    PieceContent(int size, Consumer<WindowPart.Piece<V>> cut) {
        this.size = size;
        this.cut = cut;
    }

    /** Of one pane. */
    private static final class Kept<V> {
        final List<WindowPart.Piece<V>> pieces = new ArrayList<>(0);
        Samples rest = new Samples(true);
    }

    @Override
    Object start() {
        return new Kept<V>();
    }

    @Override
    Object add(@Nullable Object kept, long order, V value) {
        Kept<V> of = of(kept);
        of.rest.add(order, value);
        cutFrom(of);
        return of;
    }

    @Override
    Object merge(@Nullable Object first, @Nullable Object second) {
        Kept<V> a = of(first);
        Kept<V> b = of(second);
        a.pieces.addAll(b.pieces);
        a.rest.addAll(b.rest);
        cutFrom(a);
        return a;
    }

    @SuppressWarnings("unchecked") // only values were added
    private void cutFrom(Kept<V> of) {
        if (of.rest.size() >= size) {
            List<V> elements = (List<V>) Collections.unmodifiableList(Arrays.asList(of.rest.values()));
            WindowPart.Piece<V> piece = new WindowPart.Piece<>(elements);
            of.pieces.add(piece);
            of.rest = new Samples(true);
            cut.accept(piece);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // elements of streams are not null
    List<Object> result(List<? extends Holder> parts) {
        List<Object> all = new ArrayList<>();
        for (Holder part : parts) {
            Kept<V> of = of(part.kept);
            all.addAll(of.pieces);
            Collections.addAll(all, of.rest.values());
        }
        return all;
    }

    @Override
    int samples(@Nullable Object kept) {
        Kept<V> of = of(kept);
        return of.pieces.size() + of.rest.size();
    }

    @Override
    void forEach(@Nullable Object kept, Consumer<Object> hook) {
        of(kept).rest.forEach(hook);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // what start() gave
    private Kept<V> of(@Nullable Object kept) {
        return (Kept<V>) kept;
    }
}
