package io.broccoli.internal.credit;

import java.util.Arrays;
import java.util.stream.Collectors;

/** An invariant of the protocol does not hold. */
final class Broken extends AssertionError {

    private static final long serialVersionUID = 1L;

    /** @param invariant its number in {@code docs/protocol.md}, or one word, and what is wrong */
    Broken(String invariant, Object... details) {
        super(invariant + Arrays.stream(details).map(detail -> " " + detail).collect(Collectors.joining()));
    }
}
