package io.broccoli.examples.events;

import io.broccoli.examples.text.BadInputException;
import io.broccoli.examples.text.Expressions;
import io.broccoli.task.Signature;
import io.broccoli.window.Fold;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a window can be reduced to without keeping its samples, by the name of a task. */
public enum Folds {
    COUNT,
    SUM,
    MEAN,
    MIN,
    MAX,
    FIRST,
    LAST;

    private static final List<String> NOT_NUMBERS = List.of("NaN", "Infinity", "-Infinity");

    /**
     * The fold that an expression names, such as {@code mean.s()}.
     *
     * @throws BadInputException if it is no expression, or names none
     */
    public static Folds of(String expression) {
        Signature<Object> signature = Expressions.parse(expression);
        if (signature instanceof Signature.Call<Object> call
                && call.args().isEmpty()
                && call.kwargs().isEmpty()) {
            for (Folds each : values()) {
                if (each.taskName().equals(call.task().name())) {
                    return each;
                }
            }
        }
        throw new BadInputException(
                "'" + expression + "' is no fold. Windows are reduced by count.s(), sum.s(), mean.s(),"
                        + " min.s(), max.s(), first.s() or last.s()");
    }

    private String taskName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws BadInputException if a value cannot be folded */
    public void check(@Nullable Object value) {
        boolean any = this == COUNT || this == FIRST || this == LAST;
        if (!any && !(value instanceof Number) && !(value instanceof String text && NOT_NUMBERS.contains(text))) {
            throw new BadInputException("the value is no number, and " + taskName() + " takes numbers");
        }
    }

    /** The fold, for values that were {@linkplain #check checked}. */
    public Fold<@Nullable Object, Tally, @Nullable Object> fold() {
        return new Fold<>() {
            @Override
            public Tally init() {
                return new Tally();
            }

            @Override
            public Tally add(Tally tally, @Nullable Object value) {
                tally.add(value, number(value));
                return tally;
            }

            @Override
            public Tally merge(Tally first, Tally second) {
                first.merge(second);
                return first;
            }

            @Override
            @SuppressWarnings("NullAway") // null is a result: it does not see what the fold's types say of that
            public @Nullable Object finish(Tally tally) {
                return tally.result(Folds.this);
            }
        };
    }

    private static @Nullable Number number(@Nullable Object value) {
        if (value instanceof Number number) {
            return number;
        }
        return value instanceof String text && NOT_NUMBERS.contains(text) ? Double.valueOf(text) : null;
    }

    /** What is known of some values, in order. */
    public static final class Tally {
        private long count;
        private @Nullable Object first;
        private @Nullable Object last;
        private @Nullable Number sum;
        private @Nullable Number least;
        private @Nullable Number most;

        private void add(@Nullable Object value, @Nullable Number number) {
            first = count == 0 ? value : first;
            last = value;
            count++;
            if (number != null) {
                sum = plus(sum, number);
                least = chosen(least, number, -1);
                most = chosen(most, number, 1);
            }
        }

        private void merge(Tally other) {
            if (other.count == 0) {
                return;
            }
            first = count == 0 ? other.first : first;
            last = other.last;
            count += other.count;
            if (other.sum != null && other.least != null && other.most != null) {
                sum = plus(sum, other.sum);
                least = chosen(least, other.least, -1);
                most = chosen(most, other.most, 1);
            }
        }

        private @Nullable Object result(Folds fold) {
            return switch (fold) {
                case COUNT -> count;
                case SUM -> sum;
                case MEAN -> sum == null ? null : sum.doubleValue() / count;
                case MIN -> least;
                case MAX -> most;
                case FIRST -> first;
                case LAST -> last;
            };
        }

        /** Whole numbers stay whole as long as their sum is a {@code long}. */
        private static Number plus(@Nullable Number one, Number other) {
            if (one == null) {
                return other;
            }
            if (isWhole(one) && isWhole(other)) {
                long sum = one.longValue() + other.longValue();
                boolean over = ((one.longValue() ^ sum) & (other.longValue() ^ sum)) < 0;
                if (!over) {
                    return sum;
                }
            }
            return one.doubleValue() + other.doubleValue();
        }

        private static Number chosen(@Nullable Number one, Number other, int sign) {
            if (one == null || Double.isNaN(one.doubleValue())) {
                return one == null ? other : one;
            }
            int compared = isWhole(one) && isWhole(other)
                    ? Long.compare(other.longValue(), one.longValue())
                    : Double.compare(other.doubleValue(), one.doubleValue());
            return compared * sign > 0 || Double.isNaN(other.doubleValue()) ? other : one;
        }

        private static boolean isWhole(Number number) {
            return number instanceof Integer || number instanceof Long;
        }
    }
}
