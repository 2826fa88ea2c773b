package io.broccoli.internal.view;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The values of one pane, folded one after another. */
final class Folding {

    private static final List<String> BUILT_IN = List.of("count", "sum", "mean", "min", "max", "first", "last");

    /**
     * How a pane is folded.
     *
     * @param name of a fold that is built in; "" if functions fold
     * @param functions init, add and finish; empty if it is built in
     */
    record Kind(String name, List<String> functions) {

        static Kind read(List<?> step) throws Fault {
            Object fold = step.size() > 2 ? step.get(2) : null;
            if (fold instanceof String name && BUILT_IN.contains(name)) {
                return new Kind(name, List.of());
            }
            if (fold instanceof List<?> names && names.size() == 3) {
                return new Kind(
                        "",
                        List.of(ViewStep.name(names.get(0)), ViewStep.name(names.get(1)), ViewStep.name(names.get(2))));
            }
            throw new Fault("a fold is one of " + String.join(", ", BUILT_IN)
                    + ", or a list of the functions init, add and finish");
        }

        boolean isBuiltIn() {
            return functions.isEmpty();
        }
    }

    private final Kind kind;
    private final ViewFunctions calls;
    private @Nullable Object state;
    private long count;

    /** Begins a pane; functions are those of its beginning. */
    Folding(Kind kind, ViewFunctions calls) {
        this.kind = kind;
        this.calls = calls;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void add(@Nullable Object value) throws Fault {
        boolean first = count == 0;
        if (!kind.isBuiltIn()) {
            Object before = first ? calls.call(kind.functions.get(0)) : state;
            state = calls.call(kind.functions.get(1), before, value);
        } else {
            switch (kind.name) {
                case "sum", "mean" -> state = first ? number(value) : Numbers.add(number(state), number(value));
                case "min" -> state = first || Numbers.isLess(number(value), number(state)) ? number(value) : state;
                case "max" -> state = first || Numbers.isLess(number(state), number(value)) ? number(value) : state;
                case "first" -> state = first ? value : state;
                case "last" -> state = value;
                default -> {}
            }
        }
        count++;
    }

    /** The result of a pane that is not empty. */
    @Nullable Object finish() throws Fault {
        if (!kind.isBuiltIn()) {
            return calls.call(kind.functions.get(2), state);
        }
        return switch (kind.name) {
            case "count" -> Numbers.plain(count);
            case "mean" -> number(state).doubleValue() / count;
            case "sum", "min", "max" -> Numbers.plain(number(state));
            default -> state;
        };
    }

    private Number number(@Nullable Object value) throws Fault {
        Number number = Numbers.of(value);
        if (number == null) {
            throw new Fault(String.format(
                    Locale.ROOT, "'%s' needs numbers, and not %s", kind.name, Expression.described(value)));
        }
        return number;
    }
}
