package io.broccoli.internal.node;

import io.broccoli.frame.Body;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.boundary.Upstream;
import io.broccoli.internal.view.Fault;
import io.broccoli.internal.view.ViewFunctions;
import io.broccoli.task.Parameter;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskDefinition;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions of a node for its views, as they were at a moment. May be used by any thread. */
final class NodeFunctions implements ViewFunctions {

    private final Functions functions;
    private final Boundary boundary;
    private final String member;

    NodeFunctions(Functions functions, MemberContext context) {
        this.functions = functions;
        this.boundary = context.boundary();
        this.member = context.member();
    }

    @Override
    public void check(String function, int arguments) throws Fault {
        TaskDefinition task = named(function);
        long least = task.parameters().stream().filter(each -> !each.optional()).count();
        int most = task.parameters().size();
        if (arguments < least || arguments > most) {
            String takes = least == most ? String.valueOf(most) : least + " to " + most;
            throw new Fault(
                    function + "() takes " + takes + " arguments, and a view calls it with " + arguments + ": it has "
                            + task.parameters().stream().map(Parameter::name).toList());
        }
    }

    private TaskDefinition named(String function) throws Fault {
        TaskDefinition task = functions.named(function);
        if (task == null || task.source() != null) {
            throw new Fault(
                    task == null
                            ? "the node has no function " + function
                            : function + " is a feed, and no function that gives a value");
        }
        return task;
    }

    @Override
    public @Nullable Object call(String function, @Nullable Object... arguments) throws Fault {
        Body body = new Body.Call(0, Arrays.asList(arguments), Map.of(), Body.Headers.NONE);
        TaskContext context = TaskContext.of(member, member, 0, 1);
        try {
            Object value = boundary.handlers().call(named(function), context, body, 0, null);
            if (Upstream.publisher(value) != null) {
                throw new Fault(
                        function + "() gives a publisher, which a view does not wait for: return the value itself");
            }
            return plain(value);
        } catch (ForeignFailure failed) {
            throw new Fault(0, function + "() failed: " + failed.message(), failed.type(), failed.trace());
        }
    }

    /** What it would be after travelling, as a step of a chain gives it. */
    private @Nullable Object plain(@Nullable Object value) throws ForeignFailure {
        if (value == null
                || value instanceof String
                || value instanceof Integer
                || value instanceof Double
                || value instanceof Boolean) {
            return value;
        }
        return boundary.values().decode(boundary.values().encode(value), Object.class);
    }
}
