package io.broccoli.network;

import io.broccoli.internal.network.ManyTransport;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Splits a URI that joins several networks by plus signs: {@code tcp://a:7470+mqtt://b:1883}. A plus sign joins two
 * networks only if a scheme and {@code ://} follow it, and a colon precedes it.
 */
public final class Networks {

    /** Most networks of one member. */
    public static final int MOST = ManyTransport.MOST;

    private static final Pattern PLUS = Pattern.compile("\\+(?=[A-Za-z][A-Za-z0-9.-]*://)");

    private Networks() {}

    /**
     * The networks of a URI, in their order. A URI that joins none is returned as it is.
     *
     * @throws IllegalArgumentException if one of them is not a URI, or there are more than {@link #MOST}
     */
    public static List<URI> of(URI uri) {
        String text = uri.toString();
        String scheme = uri.getScheme();
        int own = scheme == null ? 0 : scheme.length(); // a plus sign in the scheme does not join
        String[] parts = PLUS.split(text.substring(own));
        if (parts.length == 1) {
            return List.of(uri);
        }
        if (parts.length > MOST) {
            throw new IllegalArgumentException(parts.length + " networks; a member is on at most " + MOST);
        }
        parts[0] = text.substring(0, own) + parts[0];
        return Arrays.stream(parts).map(Networks::one).toList();
    }

    /** Java's URI needs a part after the colon. */
    private static URI one(String part) {
        String trimmed = part.endsWith("://") ? part.substring(0, part.length() - 2) : part;
        return URI.create(trimmed.endsWith(":") ? trimmed + "local" : trimmed);
    }
}
