package io.broccoli.deploy;

/** A challenge is not valid any more. Who deploys knows this by the name of the class, and begins again. */
final class StaleChallenge extends ModuleException {

    private static final long serialVersionUID = 1L;

    StaleChallenge(String message) {
        super(message);
    }
}
