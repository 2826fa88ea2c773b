package io.broccoli.window;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a pane or a session holds: its samples, or an accumulator. */
abstract class Content<V extends @Nullable Object, R extends @Nullable Object> {

    /** What holds nothing yet. */
    abstract @Nullable Object start();

    /** @return what holds the value, too */
    abstract @Nullable Object add(@Nullable Object kept, long order, V value);

    /** @return what holds the values of both; neither is used again. The first is the older in event time */
    abstract @Nullable Object merge(@Nullable Object first, @Nullable Object second);

    /** The result of several, in the order of time; they are used again. */
    abstract R result(List<? extends Holder> parts);

    /** How many samples are kept: an accumulator counts as one. */
    abstract int samples(@Nullable Object kept);

    /** Tells of the values that are kept; of none if they were folded. */
    abstract void forEach(@Nullable Object kept, Consumer<Object> hook);

    /** Keeps samples in the order of arrival. */
    static final class Lists<V extends @Nullable Object> extends Content<V, List<V>> {

        private final boolean numbered; // several of them make one result

        Lists(boolean numbered) {
            this.numbered = numbered;
        }

        @Override
        Object start() {
            return new Samples(numbered);
        }

        @Override
        Object add(@Nullable Object kept, long order, V value) {
            Samples samples = of(kept);
            samples.add(order, value);
            return samples;
        }

        @Override
        Object merge(@Nullable Object first, @Nullable Object second) {
            Samples a = of(first);
            Samples b = of(second);
            Samples larger = a.size() < b.size() ? b : a;
            larger.addAll(larger == a ? b : a);
            return larger;
        }

        @Override
        @SuppressWarnings("unchecked") // only values were added
        List<V> result(List<? extends Holder> parts) {
            Samples all = of(parts.get(0).kept);
            if (parts.size() > 1) {
                all = new Samples(numbered);
                for (Holder part : parts) {
                    all.addAll(of(part.kept));
                }
            }
            return (List<V>) Collections.unmodifiableList(Arrays.asList(all.values()));
        }

        @Override
        int samples(@Nullable Object kept) {
            return of(kept).size();
        }

        @Override
        void forEach(@Nullable Object kept, Consumer<Object> hook) {
            of(kept).forEach(hook);
        }

        private static Samples of(@Nullable Object kept) {
            if (kept instanceof Samples samples) {
                return samples;
            }
            throw new IllegalStateException("no samples are kept, but " + kept);
        }
    }

    /** Folds samples. */
    static final class Folded<V extends @Nullable Object, A extends @Nullable Object, R extends @Nullable Object>
            extends Content<V, R> {

        private final Fold<? super V, A, ? extends R> fold;

        Folded(Fold<? super V, A, ? extends R> fold) {
            this.fold = fold;
        }

        @Override
        @Nullable Object start() {
            return fold.init();
        }

        @Override
        @Nullable Object add(@Nullable Object kept, long order, V value) {
            return fold.add(accumulator(kept), value);
        }

        @Override
        @Nullable Object merge(@Nullable Object first, @Nullable Object second) {
            return fold.merge(accumulator(first), accumulator(second));
        }

        @Override
        R result(List<? extends Holder> parts) {
            A all = accumulator(parts.get(0).kept);
            if (parts.size() > 1) {
                all = fold.init();
                for (Holder part : parts) {
                    all = fold.merge(all, accumulator(part.kept));
                }
            }
            return fold.finish(all);
        }

        @Override
        int samples(@Nullable Object kept) {
            return 1;
        }

        @Override
        void forEach(@Nullable Object kept, Consumer<Object> hook) {
            // Elements were folded as they came.
        }

        @SuppressWarnings({"unchecked", "NullAway"}) // what the fold itself gave
        private A accumulator(@Nullable Object kept) {
            return (A) kept;
        }
    }

    /** An interval with what it holds. */
    abstract static class Holder extends Span {

        @Nullable Object kept;

        Holder(long first, long last, @Nullable Object kept) {
            super(first, last);
            this.kept = kept;
        }
    }
}
