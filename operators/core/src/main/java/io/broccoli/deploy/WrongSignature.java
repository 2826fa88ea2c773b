package io.broccoli.deploy;

/** Something was signed with another key, or for something else. Who deploys knows this by the name of the class. */
final class WrongSignature extends ModuleException {

    private static final long serialVersionUID = 1L;

    WrongSignature() {
        super("the signature is wrong: it was made with another key, or for another cluster or node");
    }
}
