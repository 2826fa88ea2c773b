package io.broccoli.hostile;

import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.RandomAccess;
import java.util.Set;

/**
 * Values that throw where they are written: lists, maps and objects with getters. All of them throw at {@code equals},
 * {@code hashCode} and {@code toString}, whatever else they do.
 */
final class RudeValue {

    /** Nobody should read so far; here, as a test may not run out of memory. */
    private static final int ENDLESS = 100_000;

    private final Runnable raise;
    private final When when;
    private int written;

    /** @param raise throws */
    RudeValue(When when, Runnable raise) {
        this.when = when;
        this.raise = raise;
    }

    /** As a value; what it is written as, where it can be, is {@link #plain} of the same shape. */
    Object shaped(int shape) {
        boolean endless = when == When.NEVER;
        return switch (Math.floorMod(shape, endless ? 3 : 5)) {
            case 0 -> new RudeList();
            case 1 -> new RudeMap();
            case 2 -> endless ? new RudeCycle() : new RudeCollection();
            case 3 -> new RudeBean();
            default -> List.of(1, new RudeBean());
        };
    }

    static Object plain(int shape) {
        return switch (Math.floorMod(shape, 5)) {
            case 0, 2 -> List.of(7, 8);
            case 1, 3 -> Map.of("a", 7);
            default -> List.of(1, Map.of("a", 7));
        };
    }

    private void begins() {
        if (when == When.BEFORE || when == When.LATE && written++ > 0) {
            raise.run();
        }
    }

    private void inside() {
        if (when == When.INSIDE) {
            raise.run();
        }
    }

    private int rude() {
        raise.run();
        return 0;
    }

    /** Of a bean, as Jackson sees it. */
    public final class RudeBean {

        public int getA() {
            begins();
            inside();
            return 7;
        }

        @Override
        public boolean equals(Object other) {
            return rude() == 0;
        }

        @Override
        public int hashCode() {
            return rude();
        }

        @Override
        public String toString() {
            return "" + rude();
        }
    }

    private final class RudeList extends AbstractList<Object> implements RandomAccess {
        @Override
        public int size() {
            begins();
            return when == When.NEVER ? ENDLESS : 2;
        }

        @Override
        public Object get(int index) {
            if (index > 0) {
                inside();
            }
            if (when == When.NEVER) {
                return new RudeCycle();
            }
            return 7 + index;
        }

        @Override
        public boolean equals(Object other) {
            return rude() == 0;
        }

        @Override
        public int hashCode() {
            return rude();
        }

        @Override
        public String toString() {
            return "" + rude();
        }
    }

    private final class RudeCollection extends AbstractCollection<Object> {
        @Override
        public int size() {
            begins();
            return 2;
        }

        @Override
        public Iterator<Object> iterator() {
            return new Counting(2) {
                @Override
                Object value(int index) {
                    if (index > 0) {
                        inside();
                    }
                    return 7 + index;
                }
            };
        }

        @Override
        public boolean equals(Object other) {
            return rude() == 0;
        }

        @Override
        public int hashCode() {
            return rude();
        }

        @Override
        public String toString() {
            return "" + rude();
        }
    }

    /** Says that it has two elements, and is its own first one. */
    private final class RudeCycle extends AbstractCollection<Object> {
        @Override
        public int size() {
            return 2;
        }

        @Override
        public Iterator<Object> iterator() {
            return List.<Object>of(this, this).iterator();
        }

        @Override
        public boolean equals(Object other) {
            return rude() == 0;
        }

        @Override
        public int hashCode() {
            return rude();
        }

        @Override
        public String toString() {
            return "" + rude();
        }
    }

    private final class RudeMap extends AbstractMap<String, Object> {
        @Override
        public Set<Entry<String, Object>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Entry<String, Object>> iterator() {
                    begins();
                    return RudeMap.this.iterator();
                }

                @Override
                public int size() {
                    return 1;
                }
            };
        }

        @Override
        public int size() {
            return 1;
        }

        @SuppressWarnings({"unchecked", "rawtypes"})
        private Iterator<Entry<String, Object>> iterator() {
            return (Iterator) new Counting(1) {
                @Override
                Object value(int index) {
                    inside();
                    return Map.entry(index == 0 ? "a" : "a" + index, 7);
                }
            };
        }

        @Override
        public boolean equals(Object other) {
            return rude() == 0;
        }

        @Override
        public int hashCode() {
            return rude();
        }

        @Override
        public String toString() {
            return "" + rude();
        }
    }

    /** As many as there should be; without end, if it never ends. */
    private abstract class Counting implements Iterator<Object> {
        private final int size;
        private int next;

        Counting(int size) {
            this.size = size;
        }

        abstract Object value(int index);

        @Override
        public boolean hasNext() {
            return when == When.NEVER || next < size;
        }

        @Override
        public Object next() {
            if (next > ENDLESS) {
                throw new NoSuchElementException("nobody stopped to read");
            }
            return value(next++);
        }
    }
}
