package io.broccoli.hostile;

import org.jspecify.annotations.Nullable;

/** What is thrown. */
enum What {
    /** Nothing: null, silence, or a signal that breaks a rule. */
    NOTHING,
    /** A checked exception where none is declared. */
    CHECKED,
    RUNTIME,
    STACK_OVERFLOW,
    ASSERTION,
    LINKAGE,
    /** It has no message. */
    MUTE,
    /** Its messages throw. */
    LIAR,
    /** It has no stack trace, and throws where it is to be printed. */
    TRACELESS,
    /** It is its own cause, or its cause throws. */
    KNOT;

    /** @param odd chooses between two ways to be rude */
    Throwable make(String text, boolean odd) {
        return switch (this) {
            case NOTHING -> throw new IllegalStateException("nothing is thrown in this cell");
            case CHECKED -> new RudeChecked(text);
            case RUNTIME -> new RudeRuntime(text);
            case STACK_OVERFLOW -> new RudeStackOverflow(text);
            case ASSERTION -> new RudeAssertion(text);
            case LINKAGE -> new RudeLinkage(text);
            case MUTE -> new RudeMute();
            case LIAR -> new RudeLiar(odd);
            case TRACELESS -> new RudeTraceless(text, odd);
            case KNOT -> new RudeKnot(text, odd);
        };
    }

    private static final class RudeChecked extends Exception {
        RudeChecked(String text) {
            super(text);
        }
    }

    private static final class RudeRuntime extends RuntimeException {
        RudeRuntime(String text) {
            super(text);
        }
    }

    /** Thrown by hand: where the stack really ends, the agent of BlockHound complains. */
    private static final class RudeStackOverflow extends StackOverflowError {
        RudeStackOverflow(String text) {
            super(text);
        }
    }

    private static final class RudeAssertion extends AssertionError {
        RudeAssertion(String text) {
            super(text);
        }
    }

    private static final class RudeLinkage extends NoClassDefFoundError {
        RudeLinkage(String text) {
            super(text);
        }
    }

    private static final class RudeMute extends RuntimeException {}

    private static final class RudeLiar extends RuntimeException {
        private final boolean byError;

        RudeLiar(boolean byError) {
            this.byError = byError;
        }

        private RuntimeException refuse() {
            if (byError) {
                throw new AssertionError("it does not say");
            }
            return new IllegalStateException("it does not say");
        }

        @Override
        public String getMessage() {
            throw refuse();
        }

        @Override
        public String getLocalizedMessage() {
            throw refuse();
        }

        @Override
        public String toString() {
            throw refuse();
        }
    }

    private static final class RudeTraceless extends RuntimeException {
        private final boolean byNull;

        RudeTraceless(String text, boolean byNull) {
            super(text);
            this.byNull = byNull;
        }

        @Override
        @SuppressWarnings("NullAway") // that is what is rude about it
        public StackTraceElement[] getStackTrace() {
            if (byNull) {
                return null;
            }
            throw new IllegalStateException("it does not say where");
        }

        @Override
        public void printStackTrace(java.io.PrintStream out) {
            throw new IllegalStateException("it is not printed");
        }

        @Override
        public void printStackTrace(java.io.PrintWriter out) {
            throw new IllegalStateException("it is not printed");
        }
    }

    private static final class RudeKnot extends RuntimeException {
        private final boolean byItself;

        RudeKnot(String text, boolean byItself) {
            super(text);
            this.byItself = byItself;
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            if (byItself) {
                return this;
            }
            throw new IllegalStateException("it does not say why");
        }
    }
}
