package io.broccoli.task;

import io.broccoli.feed.Source;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task that a node offers: its name, parameters and handler.
 *
 * @param name the name that the node announces
 * @param parameters in order
 * @param handler runs the task
 * @param replayable whether the handler gives the same values each time that it is called with the same arguments. A
 *     stream that was cut off by a loss then continues with another call
 * @param source the source, if this is the task of a feed; the handler is then not called. Otherwise null
 */
public record TaskDefinition(
        String name,
        List<Parameter> parameters,
        TaskHandler handler,
        boolean replayable,
        @Nullable Source source) {

    /** A task that is not replayable. */
    public TaskDefinition(String name, List<Parameter> parameters, TaskHandler handler) {
        this(name, parameters, handler, false);
    }

    /** A task that is not that of a feed. */
    public TaskDefinition(String name, List<Parameter> parameters, TaskHandler handler, boolean replayable) {
        this(name, parameters, handler, replayable, null);
    }

    /**
     * The task that subscribes to a feed. Its arguments are the position behind which it starts; 0 and 0 start with the
     * next sample. The third is the view that is subscribed, or null.
     */
    static TaskDefinition ofFeed(String feed, Source source) {
        return new TaskDefinition(
                new Task<>(Source.TASK_PREFIX + feed, Object.class).name(),
                List.of(
                        Parameter.optional("epoch", Long.class, 0L),
                        Parameter.optional("sequence", Long.class, 0L),
                        Parameter.optional(Source.VIEW, Object.class, null)),
                (context, args) -> source.publisher(),
                false,
                source);
    }

    public TaskDefinition {
        parameters = List.copyOf(parameters);
    }

    /**
     * Binds arguments to parameters by Python's rules: first by position, then by keyword, then by default.
     *
     * @return one value for each parameter, not yet converted
     * @throws BadArgumentsException if an argument is missing, superfluous or given twice
     */
    public @Nullable Object[] bind(
            List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs) {
        int count = parameters.size();
        if (args.size() > count) {
            throw new BadArgumentsException(
                    name + "() takes " + count + " arguments but " + args.size() + " were given");
        }
        @Nullable Object[] bound = args.toArray(new Object[count]);
        int named = 0;
        for (int i = args.size(); i < count; i++) {
            Parameter parameter = parameters.get(i);
            if (!kwargs.isEmpty() && kwargs.containsKey(parameter.name())) {
                bound[i] = kwargs.get(parameter.name());
                named++;
            } else if (parameter.optional()) {
                bound[i] = parameter.defaultValue();
            } else {
                throw new BadArgumentsException(name + "() is missing the argument '" + parameter.name() + "'");
            }
        }
        if (named < kwargs.size()) {
            throw new BadArgumentsException(misnamed(args.size(), kwargs));
        }
        return bound;
    }

    private String misnamed(int positional, Map<String, ? extends @Nullable Object> kwargs) {
        for (int i = 0; i < positional; i++) {
            if (kwargs.containsKey(parameters.get(i).name())) {
                return name + "() got the argument '" + parameters.get(i).name() + "' twice";
            }
        }
        List<String> known = parameters.stream().map(Parameter::name).toList();
        String other = kwargs.keySet().stream()
                .filter(key -> !known.contains(key))
                .findFirst()
                .orElse("?");
        return name + "() has no parameter '" + other + "'; it has " + known;
    }
}
