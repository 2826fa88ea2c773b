package io.broccoli.internal.view;

/** Why a view cannot go on, or cannot begin. */
public final class Fault extends Exception {

    private static final long serialVersionUID = 1L;

    private final int step;
    private final String type;
    private final String trace;

    /**
     * @param type the class of what a function threw; "" if none did
     * @param trace of that
     */
    public Fault(int step, String message, String type, String trace) {
        super(message, null, false, false);
        this.step = step;
        this.type = type;
        this.trace = trace;
    }

    /** Of a step that is not known here. */
    public Fault(String message) {
        this(0, message, "", "");
    }

    /** The same, in a step of the view; who knows it first says so. */
    Fault at(int place) {
        return step > 0 ? this : new Fault(place, message(), type, trace);
    }

    /** The step of the view, counted from 1; 0 if it is none in particular. */
    public int step() {
        return step;
    }

    /** What happened. */
    public String message() {
        return String.valueOf(getMessage());
    }

    /** The class of what a function threw; "" if none did. */
    public String type() {
        return type;
    }

    /** The trace of what a function threw; "" if none did. */
    public String trace() {
        return trace;
    }
}
