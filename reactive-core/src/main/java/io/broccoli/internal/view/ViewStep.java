package io.broccoli.internal.view;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step of a view, as it was read and checked. */
sealed interface ViewStep {

    /** Most functions in the chain of one step. */
    int MOST_FUNCTIONS = 8;

    /** Most UTF-16 units of the name of a function. */
    int LONGEST_NAME = 128;

    /** The shortest pane, in milliseconds. */
    int SHORTEST_PANE = 10;

    /** What a filter or map works a value out with: an expression, or a chain of functions. */
    record Work(@Nullable Expression expression, List<String> functions) {

        @Nullable Object of(Expression.Reading reading, ViewFunctions calls) throws Fault {
            if (expression != null) {
                return expression.evaluate(reading);
            }
            Object value = reading.value();
            for (String function : functions) {
                value = calls.call(function, value);
            }
            return value;
        }
    }

    /** Passes values of which it is true. */
    record Filter(Work work) implements ViewStep {}

    /** Passes what the work makes of a value. */
    record Map(Work work) implements ViewStep {}

    /** Passes the first value of each {@code readings} readings. */
    record Every(int readings) implements ViewStep {}

    /** Passes values that differ from the last one that it passed by more than that. */
    record Delta(double least) implements ViewStep {}

    /**
     * Folds the values of a pane.
     *
     * @param size readings, or milliseconds of the node's clock
     */
    record Window(boolean timed, int size, Folding.Kind fold) implements ViewStep {

        /** The pane of a reading. */
        long pane(long sequence, long time) {
            return timed ? Math.floorDiv(time, (long) size) : (sequence - 1) / size;
        }
    }

    /** @throws Fault if it is none */
    static ViewStep read(@Nullable Object plain) throws Fault {
        if (!(plain instanceof List<?> parts) || parts.size() < 2 || !(parts.get(0) instanceof String kind)) {
            throw new Fault("a step is a list of its kind and what belongs to it");
        }
        return switch (kind) {
            case "filter" -> new Filter(filtering(work(parts)));
            case "map" -> new Map(work(parts));
            case "every" -> new Every(size(parts, 1, 1));
            case "delta" -> new Delta(difference(parts.get(1)));
            case "count", "time" -> {
                boolean timed = kind.equals("time");
                yield new Window(timed, size(parts, 1, timed ? SHORTEST_PANE : 1), Folding.Kind.read(parts));
            }
            default -> throw new Fault("a step is filter, map, every, delta, count or time");
        };
    }

    private static Work work(List<?> parts) throws Fault {
        if (parts.size() == 2 && parts.get(1) instanceof List<?> expression) {
            return new Work(Expression.read(expression), List.of());
        }
        if (parts.size() - 1 > MOST_FUNCTIONS) {
            throw new Fault("a step has at most " + MOST_FUNCTIONS + " functions");
        }
        List<String> functions = new ArrayList<>();
        for (Object each : parts.subList(1, parts.size())) {
            functions.add(name(each));
        }
        return new Work(null, List.copyOf(functions));
    }

    private static Work filtering(Work work) throws Fault {
        if (work.expression != null && !work.expression.mayBeBoolean()) {
            throw new Fault("a filter needs true or false, and its expression gives neither");
        }
        return work;
    }

    /** @throws Fault if it is no name of a function */
    static String name(@Nullable Object plain) throws Fault {
        if (plain instanceof String name && !name.isEmpty() && name.length() <= LONGEST_NAME) {
            return name;
        }
        throw new Fault("a function is named by text of 1 to " + LONGEST_NAME + " characters");
    }

    private static int size(List<?> parts, int at, int least) throws Fault {
        if (parts.get(at) instanceof Integer size && size >= least) {
            return size;
        }
        throw new Fault("its size is an integer from " + least + " on");
    }

    private static double difference(@Nullable Object plain) throws Fault {
        Number number = Numbers.of(plain);
        if (number == null || !(number.doubleValue() >= 0)) {
            throw new Fault("delta needs a number that is not negative");
        }
        return number.doubleValue();
    }
}
