package io.broccoli.window;

import org.jspecify.annotations.Nullable;

/** Ends a stream of windows or a join. The message says which function failed, or which bound was reached. */
public final class EventTimeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What happened. */
    public enum Kind {
        /** A function of the user threw, or gave null where a value is needed. The cause is what it threw. */
        FUNCTION_FAILED,
        /** Open windows hold as many samples, or there are as many of them, as the bound allows. */
        WINDOW_TOO_LARGE,
        /** There are more sources than the bound allows. */
        TOO_MANY_SOURCES
    }

    private final Kind kind;

    EventTimeException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What happened. */
    public Kind kind() {
        return kind;
    }

    /** A function of the user threw. */
    static EventTimeException thrown(String what, Object function, Throwable thrown) {
        return new EventTimeException(
                Kind.FUNCTION_FAILED,
                what + " (" + function.getClass().getName() + ") threw " + described(thrown),
                thrown);
    }

    /** A function of the user gave null. */
    static EventTimeException gaveNull(String what, Object function) {
        return new EventTimeException(
                Kind.FUNCTION_FAILED, what + " (" + function.getClass().getName() + ") gave null", null);
    }

    /** Each method of a foreign exception may throw. */
    private static String described(Throwable thrown) {
        String type = thrown.getClass().getName();
        try {
            String message = thrown.getMessage();
            return message == null || message.isEmpty() ? type : type + ": " + message;
        } catch (Throwable broken) {
            return type + " (its getMessage threw " + broken.getClass().getName() + ")";
        }
    }
}
