package io.broccoli.deploy;

/** What a module's own exceptions say of themselves: each of their methods is foreign code, and may throw or give null. */
final class ForeignWords {

    private ForeignWords() {}

    /** Its class and its message. */
    static String described(Throwable thrown) {
        String type = thrown.getClass().getName();
        try {
            String message = thrown.getMessage();
            return message == null || message.isEmpty() ? type : type + ": " + message;
        } catch (Throwable broken) {
            return type + " (its getMessage threw " + broken.getClass().getName() + ")";
        }
    }

    /** Gives an exception the trace of another one, if that has any. */
    static void copyTrace(Throwable from, Throwable to) {
        try {
            to.setStackTrace(from.getStackTrace());
        } catch (Throwable broken) {
            to.setStackTrace(new StackTraceElement[0]);
        }
    }
}
