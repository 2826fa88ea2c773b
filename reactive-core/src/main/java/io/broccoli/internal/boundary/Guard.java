package io.broccoli.internal.boundary;

import io.broccoli.task.FailureKind;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a failure of whatever foreign code throws. An error of the VM, such as one of memory, is told to the member too: the
 * member cannot rely on its own state any more, and leaves. May be used by any thread.
 */
public final class Guard {

    private final Consumer<String> leave;
    private final AtomicBoolean left = new AtomicBoolean();

    /** @param leave is called once, on any thread, with the error of the VM in words */
    public Guard(Consumer<String> leave) {
        this.leave = leave;
    }

    /** @param message what happened, with the class that is to blame */
    public ForeignFailure failed(FailureKind kind, String message, Throwable thrown) {
        note(thrown);
        return new ForeignFailure(kind, message, Thrown.type(thrown), Thrown.trace(thrown), thrown);
    }

    /** @param what was called: "the router" */
    ForeignFailure failed(FailureKind kind, String what, @Nullable Object foreign, Throwable thrown) {
        return failed(kind, named(what, foreign) + " threw " + Thrown.described(thrown), thrown);
    }

    /** What was brought breaks a rule. */
    public ForeignFailure broken(String what, String how) {
        String message = what + " " + how;
        return new ForeignFailure(FailureKind.TASK_FAILED, message, "", "", new IllegalStateException(message));
    }

    /** A scheduler did not take a task. */
    public ForeignFailure refused(String scheduler, String why) {
        return broken(scheduler, "refused a task: " + why);
    }

    /** What it returned breaks its contract. */
    static ForeignFailure broken(FailureKind kind, String what, Object foreign, String how) {
        String message = named(what, foreign) + " " + how;
        return new ForeignFailure(kind, message, "", "", new IllegalStateException(message));
    }

    /** The class and the message of what was thrown. */
    public static String described(Throwable thrown) {
        return Thrown.described(thrown);
    }

    /** The message of what was thrown; its class where it has none. */
    public static String message(Throwable thrown) {
        return Thrown.message(thrown);
    }

    /** Tells the member of an error of the VM, if it is one. */
    void note(Throwable thrown) {
        if (isOfVm(thrown) && left.compareAndSet(false, true)) {
            leave.accept(Thrown.described(thrown));
        }
    }

    /** A stack that overflows is the fault of who filled it; the VM goes on as before. */
    private static boolean isOfVm(Throwable thrown) {
        return thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
    }

    private static String named(String what, @Nullable Object foreign) {
        return foreign == null
                ? what + ", which is null,"
                : what + " " + foreign.getClass().getName();
    }
}
