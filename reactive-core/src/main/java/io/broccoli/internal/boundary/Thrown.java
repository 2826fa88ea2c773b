package io.broccoli.internal.boundary;

import org.jspecify.annotations.Nullable;

/**
 * The words of what foreign code threw. Each of its methods is foreign too: it may throw, give null, or give something without
 * end.
 */
final class Thrown {

    static final int MAX_MESSAGE = 1_000;
    static final int MAX_TRACE = 4_000;
    private static final int MAX_FRAMES = 12;
    private static final int REPLACEMENT = 0xFFFD;
    private static final String LIBRARY = "io.broccoli.internal.boundary.";

    private Thrown() {}

    /** The name of its class: the one thing that cannot fail. */
    static String type(Throwable thrown) {
        return thrown.getClass().getName();
    }

    /** Its message, or its class where it has none. */
    static String message(Throwable thrown) {
        String text = ownMessage(thrown);
        return text.isEmpty() ? type(thrown) : text;
    }

    /** Its class and its message. */
    static String described(Throwable thrown) {
        String text = ownMessage(thrown);
        return text.isEmpty() ? type(thrown) : type(thrown) + ": " + text;
    }

    private static String ownMessage(Throwable thrown) {
        try {
            String text = thrown.getMessage();
            return text == null ? "" : cut(text, MAX_MESSAGE);
        } catch (Throwable broken) {
            return "(its getMessage threw " + type(broken) + ")";
        }
    }

    /** Its stack trace, as far as it is worth sending: the handler's frames, not the library's. */
    static String trace(Throwable thrown) {
        StringBuilder text = new StringBuilder(described(thrown));
        int frames = 0;
        for (@Nullable StackTraceElement frame : frames(thrown)) {
            if (frame == null) {
                continue;
            }
            if (frames++ == MAX_FRAMES || frame.getClassName().startsWith(LIBRARY)) {
                break;
            }
            text.append("\n  at ").append(frame);
        }
        Throwable cause = cause(thrown);
        if (cause != null && cause != thrown) {
            text.append("\ncaused by ").append(described(cause));
        }
        return cut(text.toString(), MAX_TRACE);
    }

    private static @Nullable StackTraceElement[] frames(Throwable thrown) {
        try {
            @Nullable StackTraceElement @Nullable [] frames = thrown.getStackTrace();
            return frames == null ? new StackTraceElement[0] : frames;
        } catch (Throwable broken) {
            return new StackTraceElement[0];
        }
    }

    private static @Nullable Throwable cause(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable broken) {
            return null;
        }
    }

    /** A text that can be sent: at most that long, and without halves of surrogate pairs, which UTF-8 cannot say. */
    static String cut(String text, int length) {
        String shown = text.length() <= length ? text : text.substring(0, length - 1) + "…";
        return shown.chars().noneMatch(c -> Character.isSurrogate((char) c)) ? shown : whole(shown);
    }

    private static String whole(String text) {
        StringBuilder whole = new StringBuilder(text.length());
        text.codePoints()
                .forEach(each -> whole.appendCodePoint(
                        each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE ? REPLACEMENT : each));
        return whole.toString();
    }
}
