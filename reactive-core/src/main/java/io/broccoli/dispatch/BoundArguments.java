package io.broccoli.dispatch;

import io.broccoli.frame.Body;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.task.BadArgumentsException;
import io.broccoli.task.Parameter;
import io.broccoli.task.TaskDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a handler is called with: a body's arguments, behind the item or the result that they are to follow. */
final class BoundArguments {

    private BoundArguments() {}

    /**
     * In the order of the task's parameters, and of their types.
     *
     * @param place of the step or item in the body
     * @param result of the step before
     * @throws BadArgumentsException if they do not fit the parameters
     * @throws io.broccoli.spi.ConversionException if one has not the type of its parameter
     */
    static @Nullable Object[] of(
            TaskDefinition definition, Body body, int place, @Nullable Object result, PayloadCodec codec) {
        @Nullable Object[] bound = bind(definition, body, place, result);
        List<Parameter> parameters = definition.parameters();
        for (int i = 0; i < bound.length; i++) {
            bound[i] = codec.convert(bound[i], parameters.get(i).type());
        }
        return bound;
    }

    private static @Nullable Object[] bind(TaskDefinition definition, Body body, int place, @Nullable Object result) {
        if (body instanceof Body.Call call) {
            return definition.bind(call.args(), call.kwargs());
        }
        if (body instanceof Body.Each each) {
            Object item = each.items().get(place);
            if (!each.spread()) {
                return definition.bind(prepend(item, each.args()), Map.of());
            }
            if (item instanceof List<?> args) {
                return definition.bind(each.args().isEmpty() ? args : concat(args, each.args()), Map.of());
            }
            throw new BadArgumentsException("item " + place + " is no list of arguments");
        }
        Body.Step step = ((Body.Chain) body).steps().get(place);
        boolean takesResult = place > 0 && !step.immutable();
        return definition.bind(takesResult ? prepend(result, step.args()) : step.args(), step.kwargs());
    }

    private static List<@Nullable Object> prepend(@Nullable Object first, List<? extends @Nullable Object> rest) {
        List<@Nullable Object> all = new ArrayList<>(rest.size() + 1);
        all.add(first);
        all.addAll(rest);
        return all;
    }

    private static List<@Nullable Object> concat(
            List<? extends @Nullable Object> first, List<? extends @Nullable Object> rest) {
        List<@Nullable Object> all = new ArrayList<>(first);
        all.addAll(rest);
        return all;
    }
}
