package io.broccoli.transport.tcp;

import org.jspecify.annotations.Nullable;

/** Why an end refuses a connection. Its place here is its number on the wire. */
enum Refusal {
    VERSION("speaks another version of the protocol"),
    CLUSTER("belongs to another cluster"),
    SECRET("knows another secret, or none"),
    NAME_TAKEN("knows a newer member of this name"),
    DUPLICATE("has a connection to this member already"),
    SELF("is this member itself"),
    FULL("has as many connections as it may have"),
    FUTURE("was told of a start more than a day in its future: a clock is wrong"),
    CERTIFICATE("was shown a certificate that does not name this member");

    private static final Refusal[] ALL = values();

    final String words;

    Refusal(String words) {
        this.words = words;
    }

    byte[] bytes() {
        return new byte[] {(byte) ordinal()};
    }

    static @Nullable Refusal of(byte[] body) {
        return body.length == 1 && body[0] >= 0 && body[0] < ALL.length ? ALL[body[0]] : null;
    }
}
