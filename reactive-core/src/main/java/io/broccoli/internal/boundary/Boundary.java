package io.broccoli.internal.boundary;

import io.broccoli.spi.PayloadCodec;
import java.util.function.Consumer;

/**
 * Where a member calls what others brought.
 *
 * @param guard makes failures of what is thrown
 * @param values writes and reads users' values
 * @param handlers calls the handlers of tasks
 * @param choices asks the functions of streams
 */
public record Boundary(Guard guard, Values values, Handlers handlers, Choices choices) {

    /** @param leave is called once, on any thread, with an error of the VM in words */
    public static Boundary of(PayloadCodec codec, Consumer<String> leave) {
        Guard guard = new Guard(leave);
        Values values = new Values(codec, guard);
        return new Boundary(guard, values, new Handlers(values, guard), new Choices(values, guard));
    }
}
