package io.broccoli.transport.tcp;

import java.util.regex.Pattern;

/** Names of clusters and members: the same as over MQTT, so that a member may change its network. */
final class Names {

    static final int MAX_LENGTH = 64;

    /** Slash, plus and hash have a meaning in topics; control characters and halves of characters are in no name. */
    private static final Pattern FORBIDDEN = Pattern.compile("[/+#\\p{Cc}\\p{Cs}\\ufffe\\uffff]");

    private Names() {}

    static boolean isValid(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_LENGTH
                && !FORBIDDEN.matcher(name).find();
    }

    /** @throws IllegalArgumentException if it cannot be a name */
    static String check(String what, String name) {
        if (!isValid(name)) {
            String shown =
                    name.substring(0, Math.min(name.length(), MAX_LENGTH)).replaceAll("\\p{Cntrl}", "?");
            throw new IllegalArgumentException(what + " '" + shown + "': a name has 1 to " + MAX_LENGTH
                    + " characters, without / + # and control characters");
        }
        return name;
    }
}
