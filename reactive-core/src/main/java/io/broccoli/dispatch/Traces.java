package io.broccoli.dispatch;

/** A failure's stack trace, as far as it is worth sending: the handler's frames, not the library's. */
final class Traces {

    private static final int MAX_FRAMES = 12;

    private Traces() {}

    static String of(Throwable thrown) {
        StringBuilder text = new StringBuilder(thrown.toString());
        int frames = 0;
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (frames++ == MAX_FRAMES || frame.getClassName().equals(Execution.class.getName())) {
                break;
            }
            text.append("\n  at ").append(frame);
        }
        Throwable cause = thrown.getCause();
        return cause == null || cause == thrown ? text.toString() : text + "\ncaused by " + cause;
    }
}
