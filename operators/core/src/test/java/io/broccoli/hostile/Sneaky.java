package io.broccoli.hostile;

/** Throws what nobody declared. */
final class Sneaky {

    private Sneaky() {}

    /** Never returns; what it seems to return is for the compiler. */
    static RuntimeException sneak(Throwable thrown) {
        Sneaky.<RuntimeException>undeclared(thrown);
        return new IllegalStateException("nothing was thrown");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void undeclared(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
