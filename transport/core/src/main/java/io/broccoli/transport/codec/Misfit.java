package io.broccoli.transport.codec;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Something within a value cannot be written or converted; on its way up each container adds its part of the path. */
final class Misfit extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final StringBuilder path = new StringBuilder();

    Misfit(String reason) {
        super(reason, null, false, false);
    }

    static Misfit of(@Nullable Object found, Type wanted) {
        String value = String.valueOf(found);
        String shown = value.length() > 60 ? value.substring(0, 60) + "..." : value;
        String what = found == null ? "null" : shown + " (" + found.getClass().getSimpleName() + ")";
        return new Misfit(what + " is not " + wanted.getTypeName());
    }

    Misfit in(int index) {
        return in("[" + index + "]");
    }

    Misfit in(String part) {
        path.insert(0, part);
        return this;
    }

    /** What and where, {@code $} being the whole value. */
    String report() {
        return "$" + path + ": " + getMessage();
    }
}
