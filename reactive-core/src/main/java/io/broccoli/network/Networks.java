package io.broccoli.network;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Several networks in one URI, joined by plus signs: {@code tcp://a:7470+mqtt://b:1883}. A plus sign joins only where a scheme
 * and {@code ://} follow it, and a colon went before it.
 */
public final class Networks {

    /** A member is on at most so many networks. */
    public static final int MOST = 16;

    private static final Pattern PLUS = Pattern.compile("\\+(?=[A-Za-z][A-Za-z0-9.-]*://)");

    private Networks() {}

    /**
     * The networks that a URI names, in their order; one, if it does not join several.
     *
     * @throws IllegalArgumentException if one of them is no URI, or they are more than {@link #MOST}
     */
    public static List<URI> of(URI uri) {
        String text = uri.toString();
        String scheme = uri.getScheme();
        int own = scheme == null ? 0 : scheme.length(); // a plus sign within it joins nothing
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

    /** Java's URIs want something behind the colon. */
    private static URI one(String part) {
        String trimmed = part.endsWith("://") ? part.substring(0, part.length() - 2) : part;
        return URI.create(trimmed.endsWith(":") ? trimmed + "local" : trimmed);
    }
}
