package io.broccoli.deploy;

/**
 * An error of the VM while a module was loaded, such as one of memory. The sender receives the message, and the node leaves: it
 * can rely on nothing any more.
 */
final class ModuleError extends VirtualMachineError {

    private static final long serialVersionUID = 1L;

    ModuleError(String message, Throwable cause) {
        super(message, cause);
        ForeignWords.copyTrace(cause, this);
    }
}
