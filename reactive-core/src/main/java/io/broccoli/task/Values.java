package io.broccoli.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Immutable copies that may hold null, which {@code List.copyOf} does not allow. */
final class Values {

    private Values() {}

    static List<@Nullable Object> list(@Nullable Object... values) {
        return Collections.unmodifiableList(Arrays.asList(values.clone()));
    }

    static <T extends @Nullable Object> List<T> copy(Collection<? extends T> values) {
        return Collections.unmodifiableList(new ArrayList<>(values));
    }

    static Map<String, @Nullable Object> copy(Map<String, ? extends @Nullable Object> values) {
        return values.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    static List<@Nullable Object> concat(
            List<? extends @Nullable Object> first, List<? extends @Nullable Object> then) {
        List<@Nullable Object> all = new ArrayList<>(first.size() + then.size());
        all.addAll(first);
        all.addAll(then);
        return Collections.unmodifiableList(all);
    }
}
