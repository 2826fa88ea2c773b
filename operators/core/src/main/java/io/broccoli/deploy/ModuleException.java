package io.broccoli.deploy;

/** A module is refused, or cannot be loaded. The sender receives the message. */
class ModuleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Refused: where in this node that was decided is of no interest. */
    ModuleException(String message) {
        super(message, null, false, false);
    }

    /** Its trace is that of the cause: the module's frames are what its author looks for. */
    ModuleException(String message, Throwable cause) {
        super(message, cause, false, true);
        ForeignWords.copyTrace(cause, this);
    }
}
