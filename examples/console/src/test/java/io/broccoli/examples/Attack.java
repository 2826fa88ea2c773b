package io.broccoli.examples;

/**
 * What a member with credentials of its own tries, and what comes of it. A row of the tables of {@link RedTeamContract} and of those
 * below it.
 *
 * @param what it tries
 * @param outcome what becomes of it, in words
 * @param isFirst whether it begins before the honest client sends its first task
 * @param attempt tries it, and fails if the outcome is another one
 */
record Attack(String what, String outcome, boolean isFirst, Attempt attempt) {

    /** The attempt itself. */
    interface Attempt {

        /** @param honest the stream beside it */
        void run(HonestStream honest) throws Exception;
    }

    interface Alone {
        void run() throws Exception;
    }

    /** In the middle of the honest client's stream. */
    static Attack of(String what, String outcome, Alone attempt) {
        return new Attack(what, outcome, false, honest -> attempt.run());
    }

    /** Before the honest client begins. */
    static Attack first(String what, String outcome, Attempt attempt) {
        return new Attack(what, outcome, true, attempt);
    }

    @Override
    public String toString() {
        return what + " -> " + outcome;
    }
}
