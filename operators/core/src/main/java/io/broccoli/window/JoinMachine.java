package io.broccoli.window;

import io.broccoli.feed.Sample;
import org.jspecify.annotations.Nullable;

/** A join of two streams, whose elements come as {@link Side}s. */
abstract class JoinMachine<K extends @Nullable Object, A, B, O> extends Machine<Object, O> {

    /** An element with the side that it is of. The sides' sources are apart. */
    record Side(boolean a, Object element) {}

    /** A source of one side. */
    record SideSource(boolean a, Object name) {}

    final EventTime<A, K> readA;
    final EventTime<B, K> readB;

    JoinMachine(EventTime<A, K> readA, EventTime<B, K> readB, Table<Object, O> table) {
        super(table, false);
        this.readA = readA;
        this.readB = readB;
    }

    @Override
    @SuppressWarnings("unchecked") // as EventJoin tagged them
    final boolean accept(Object tagged) {
        Side side = (Side) tagged;
        if (side.a()) {
            A element = (A) side.element();
            return a(new SideSource(true, readA.sourceOf(element)), readA.timeOf(element), element);
        }
        B element = (B) side.element();
        return b(new SideSource(false, readB.sourceOf(element)), readB.timeOf(element), element);
    }

    /** What came, without the side that it is of. */
    static Object bare(Object element) {
        return element instanceof Side side ? side.element() : element;
    }

    @Override
    final boolean isMark(Object element) {
        return super.isMark(bare(element));
    }

    @Override
    final Object askedOf(Object element) {
        return element instanceof Side side && side.element() instanceof Sample<?> sample
                ? new SideSource(side.a(), sample.node())
                : element;
    }

    @Override
    final void mark(Object element) {
        if (element instanceof Side side
                && side.element() instanceof Sample<?> sample
                && (side.a() ? readA : readB).isByTimeOfNode()) {
            moved(new SideSource(side.a(), sample.node()), sample.time().toEpochMilli());
        }
    }

    abstract boolean a(Object source, long time, A element);

    abstract boolean b(Object source, long time, B element);

    /** Pairs within an interval. */
    static class Interval<K extends @Nullable Object, A, B> extends JoinMachine<K, A, B, Pair<K, A, B>> {

        private final JoinTable<K, A, B> table;

        Interval(EventTime<A, K> readA, EventTime<B, K> readB, JoinTable<K, A, B> table) {
            super(readA, readB, table);
            this.table = table;
        }

        @Override
        boolean a(Object source, long time, A element) {
            return table.a(source, time, readA.keyOf(element), element);
        }

        @Override
        boolean b(Object source, long time, B element) {
            return table.b(source, time, readB.keyOf(element), element);
        }
    }

    /** The latest of b for each a. */
    static final class AsOf<K extends @Nullable Object, A, B> extends JoinMachine<K, A, B, Pair<K, A, @Nullable B>> {

        private final AsOfTable<K, A, B> table;

        AsOf(EventTime<A, K> readA, EventTime<B, K> readB, AsOfTable<K, A, B> table) {
            super(readA, readB, table);
            this.table = table;
        }

        @Override
        boolean a(Object source, long time, A element) {
            return table.a(source, time, readA.keyOf(element), element);
        }

        @Override
        boolean b(Object source, long time, B element) {
            return table.b(source, time, readB.keyOf(element), element);
        }
    }
}
