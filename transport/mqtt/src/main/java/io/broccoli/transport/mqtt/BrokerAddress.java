package io.broccoli.transport.mqtt;

import io.broccoli.spi.ConnectOptions;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect to and as whom, as a URI and its options say.
 *
 * @param hosts at least one; tried in turn
 * @param maxFrame the largest frame that is sent, in bytes
 */
record BrokerAddress(
        List<Host> hosts,
        boolean tls,
        @Nullable String username,
        @Nullable String password,
        int maxFrame) {

    /** The largest frame that is sent or accepted, whatever the options say. */
    static final int MOST_MAX_FRAME = 65_536;

    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;

    BrokerAddress {
        hosts = List.copyOf(hosts);
    }

    record Host(String name, int port) {
        @Override
        public String toString() {
            return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
        }
    }

    /** @throws IllegalArgumentException if the URI does not say where a broker is */
    static BrokerAddress parse(URI uri, ConnectOptions options) {
        String authority = uri.getRawAuthority();
        if (authority == null) {
            throw bad(uri, "write " + uri.getScheme() + "://host:port");
        }
        String path = uri.getRawPath();
        if ((path != null && path.length() > 1) || uri.getRawFragment() != null) {
            throw bad(uri, "nothing but ?maxFrame=BYTES may follow the hosts");
        }
        boolean tls = "mqtts".equalsIgnoreCase(uri.getScheme()) || options.tls() != null;
        int at = authority.lastIndexOf('@');
        List<Host> hosts = new ArrayList<>();
        String named = authority.substring(at + 1).replace("%5B", "[").replace("%5D", "]");
        for (String each : named.split(",", -1)) {
            hosts.add(host(uri, each, tls ? TLS_PORT : PORT));
        }
        String username = options.username();
        String password = options.password();
        if (username == null && at >= 0) {
            String[] login = authority.substring(0, at).split(":", 2);
            username = decode(login[0]);
            password = login.length == 2 ? decode(login[1]) : null;
        }
        if (username == null && password != null) {
            throw new IllegalArgumentException("MQTT 3.1.1 has no password without a user name");
        }
        return new BrokerAddress(hosts, tls, username, password, options.maxFrameOf(maxFrame(uri)));
    }

    private static int maxFrame(URI uri) {
        String query = uri.getRawQuery();
        if (query == null) {
            return MOST_MAX_FRAME;
        }
        if (!query.startsWith("maxFrame=")) {
            throw bad(uri, "there is no option '" + query + "'; there is maxFrame");
        }
        try {
            int bytes = Integer.parseInt(query.substring("maxFrame=".length()));
            if (bytes >= ConnectOptions.LEAST_MAX_FRAME && bytes <= MOST_MAX_FRAME) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw bad(uri, "maxFrame is " + ConnectOptions.LEAST_MAX_FRAME + " to " + MOST_MAX_FRAME + " bytes");
    }

    private static Host host(URI uri, String text, int defaultPort) {
        int end = text.startsWith("[") ? text.indexOf(']') : -1;
        int colon = text.indexOf(':', Math.max(end, 0));
        String name = end > 0 ? text.substring(1, end) : colon < 0 ? text : text.substring(0, colon);
        if (name.isEmpty() || (end > 0 && end + 1 != (colon < 0 ? text.length() : colon))) {
            throw bad(uri, "'" + text + "' is not host:port");
        }
        if (colon < 0) {
            return new Host(name, defaultPort);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port > 0 && port <= 65_535) {
                return new Host(name, port);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw bad(uri, "'" + text.substring(colon + 1) + "' is not a port");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Never shows a password. */
    private static IllegalArgumentException bad(URI uri, String why) {
        return new IllegalArgumentException(uri.toString().replaceFirst("//.*@", "//...@") + ": " + why);
    }

    @Override
    public String toString() {
        return "BrokerAddress[hosts=" + hosts + ", tls=" + tls + ", username=" + username + "]";
    }
}
