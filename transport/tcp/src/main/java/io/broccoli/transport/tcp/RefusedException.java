package io.broccoli.transport.tcp;

/** This end refuses a connection; never leaves this package. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    final Refusal refusal;

    RefusedException(Refusal refusal) {
        super(refusal.words, null, false, false);
        this.refusal = refusal;
    }
}
