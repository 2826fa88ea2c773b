package io.broccoli.canvas.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions that make values, with Python's meaning. Refuse by IllegalArgumentException, before they make too many. */
final class Builtins {

    private Builtins() {}

    static List<@Nullable Object> range(List<? extends @Nullable Object> bounds, int most) {
        int given = bounds.size();
        if (given < 1 || given > 3 || !bounds.stream().allMatch(Integer.class::isInstance)) {
            throw new IllegalArgumentException(
                    "range takes one to three whole numbers: (end), (begin, end), (begin, end, step)");
        }
        long begin = given == 1 ? 0 : number(bounds, 0);
        long end = number(bounds, given == 1 ? 0 : 1);
        long step = given == 3 ? number(bounds, 2) : 1;
        if (step == 0) {
            throw new IllegalArgumentException("the step of a range is not 0");
        }
        long count = bounded(Math.max(0, (end - begin + step - Long.signum(step)) / step), most);
        List<@Nullable Object> all = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            all.add((int) (begin + i * step));
        }
        return all;
    }

    static List<@Nullable Object> zip(List<? extends @Nullable Object> lists, int most) {
        int shortest = lists.isEmpty() ? 0 : Integer.MAX_VALUE;
        for (Object each : lists) {
            if (!(each instanceof List<?> list)) {
                throw new IllegalArgumentException("zip takes lists");
            }
            shortest = Math.min(shortest, list.size());
        }
        bounded((long) shortest * lists.size(), most);
        List<@Nullable Object> all = new ArrayList<>(shortest);
        for (int i = 0; i < shortest; i++) {
            List<@Nullable Object> row = new ArrayList<>(lists.size());
            for (Object each : lists) {
                row.add(each instanceof List<?> list ? list.get(i) : null);
            }
            all.add(row);
        }
        return all;
    }

    private static long number(List<? extends @Nullable Object> numbers, int index) {
        return numbers.get(index) instanceof Integer number ? number : 0;
    }

    private static long bounded(long count, int most) {
        if (count > most) {
            throw new IllegalArgumentException("more than " + Expression.MOST_VALUES + " values");
        }
        return count;
    }
}
