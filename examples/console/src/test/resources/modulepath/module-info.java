/** An application of a user's: what it needs to be on the module path is all here. */
module greenhouse {
    requires io.broccoli.operators;

    opens greenhouse to
            com.fasterxml.jackson.databind, // Plant is sent
            io.broccoli.core; // Tasks has task methods
}
