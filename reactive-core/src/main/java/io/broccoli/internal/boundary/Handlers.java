package io.broccoli.internal.boundary;

import io.broccoli.frame.Body;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.UnencodableException;
import io.broccoli.task.BadArgumentsException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskDefinition;
import io.broccoli.task.TaskException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls the handlers of tasks. May be used by any thread. */
public final class Handlers {

    private final Values values;
    private final Guard guard;

    public Handlers(Values values, Guard guard) {
        this.values = values;
        this.guard = guard;
    }

    /**
     * Calls a handler with a body's arguments.
     *
     * @param place of the step or item in the body
     * @param result of the step before
     * @throws ForeignFailure if the arguments do not fit, or the handler throws
     */
    public @Nullable Object call(
            TaskDefinition definition, TaskContext context, Body body, int place, @Nullable Object result)
            throws ForeignFailure {
        @Nullable Object[] arguments = arguments(definition, body, place, result);
        try {
            return definition.handler().handle(context, arguments);
        } catch (Throwable thrown) {
            throw failed(thrown);
        }
    }

    /**
     * What a handler is called with, in the order of the task's parameters, and of their types. The item, or the result of the step
     * before, goes before the body's own arguments.
     *
     * @throws ForeignFailure if they do not fit
     */
    public @Nullable Object[] arguments(TaskDefinition definition, Body body, int place, @Nullable Object result)
            throws ForeignFailure {
        @Nullable Object[] bound;
        try {
            bound = bind(definition, body, place, result);
        } catch (BadArgumentsException wrong) {
            throw failed(wrong);
        }
        values.convert(bound, definition);
        return bound;
    }

    /** What a handler threw, or its publisher gave as an error. */
    public ForeignFailure failed(Throwable thrown) {
        guard.note(thrown);
        boolean says = thrown instanceof BadArgumentsException
                || thrown instanceof UnencodableException
                || thrown instanceof ConversionException
                || thrown instanceof MalformedFrameException;
        return new ForeignFailure(
                kind(thrown), Thrown.message(thrown), Thrown.type(thrown), says ? "" : Thrown.trace(thrown), thrown);
    }

    private static FailureKind kind(Throwable thrown) {
        if (thrown instanceof BadArgumentsException) {
            return FailureKind.BAD_ARGUMENTS;
        }
        return thrown instanceof TaskException nested
                        && nested.failure().kind() == FailureKind.NESTING_EXHAUSTED // who waits further up must know
                ? FailureKind.NESTING_EXHAUSTED
                : FailureKind.TASK_FAILED;
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
