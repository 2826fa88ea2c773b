package io.broccoli.transport.mqtt;

import org.jspecify.annotations.Nullable;

/** Names of clusters and members: they are levels of topics, so what has a meaning there is not allowed in them. */
final class Names {

    static final int MAX_LENGTH = 64;

    private Names() {}

    /** @throws IllegalArgumentException if it cannot be a name, saying why */
    static String check(String what, String name) {
        String fault = fault(name);
        if (fault != null) {
            throw new IllegalArgumentException(what + " '" + printable(name) + "': " + fault);
        }
        return name;
    }

    static boolean isValid(String name) {
        return fault(name) == null;
    }

    private static @Nullable String fault(String name) {
        int length = name.length();
        if (length == 0) {
            return "a name must not be empty";
        }
        if (length > MAX_LENGTH) {
            return "a name has at most " + MAX_LENGTH + " characters, not " + length;
        }
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c == '/' || c == '+' || c == '#') {
                return "a name must not contain / + or #";
            }
            if (Character.isISOControl(c)) {
                return "a name must not contain control characters";
            }
            if (c >= '\ud800' && !isTextAt(name, i)) {
                return "a name must be well-formed Unicode";
            }
        }
        return null;
    }

    private static boolean isTextAt(String name, int i) {
        char c = name.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 < name.length() && Character.isLowSurrogate(name.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i > 0 && Character.isHighSurrogate(name.charAt(i - 1));
        }
        return c < '\ufffe';
    }

    private static String printable(String name) {
        String head = name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) + "..." : name;
        return head.replaceAll("\\p{Cntrl}", "?");
    }
}
