package io.broccoli.window;

import org.jspecify.annotations.Nullable;

/** A fold of a user, whose failures name it. */
final class NamedFold<V extends @Nullable Object, A extends @Nullable Object, R extends @Nullable Object>
        implements Fold<V, A, R> {

    private final Fold<? super V, A, ? extends R> fold;

    NamedFold(Fold<? super V, A, ? extends R> fold) {
        this.fold = fold;
    }

    @Override
    public A init() {
        try {
            return fold.init();
        } catch (Throwable thrown) {
            throw EventTimeException.thrown("init of a fold", fold, thrown);
        }
    }

    @Override
    public A add(A accumulator, V value) {
        try {
            return fold.add(accumulator, value);
        } catch (Throwable thrown) {
            throw EventTimeException.thrown("add of a fold", fold, thrown);
        }
    }

    @Override
    public A merge(A first, A second) {
        try {
            return fold.merge(first, second);
        } catch (Throwable thrown) {
            throw EventTimeException.thrown("merge of a fold", fold, thrown);
        }
    }

    @Override
    public R finish(A accumulator) {
        try {
            return fold.finish(accumulator);
        } catch (Throwable thrown) {
            throw EventTimeException.thrown("finish of a fold", fold, thrown);
        }
    }

    /** An interpolation of a user, whose failures name it. */
    static <V extends @Nullable Object> Interpolation<V> named(Interpolation<V> user) {
        return (before, after, fraction) -> {
            try {
                return user.between(before, after, fraction);
            } catch (Throwable thrown) {
                throw EventTimeException.thrown("The interpolation", user, thrown);
            }
        };
    }
}
