package io.broccoli.transport.tcp;

import io.broccoli.spi.ConnectOptions;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a URI and its options say.
 *
 * @param seeds addresses at which members of the cluster are looked for; at least one
 * @param listen where to listen; null: at the first seed that is an address of this machine and free, else at any free port
 * @param listens whether to listen at all
 * @param advertise what others are told; null: the address that they see, and the port that is listened at
 * @param discover whether members that others tell of are connected to; else only the seeds
 * @param verify what a certificate must name
 */
record TcpSettings(
        List<Host> seeds,
        boolean tls,
        @Nullable Host listen,
        boolean listens,
        @Nullable Host advertise,
        boolean discover,
        Verify verify,
        int maxFrame) {

    static final int DEFAULT_PORT = 7470;
    static final int DEFAULT_MAX_FRAME = 65_536;
    private static final int LEAST_MAX_FRAME = ConnectOptions.LEAST_MAX_FRAME;
    private static final int MOST_MAX_FRAME = ConnectOptions.MOST_MAX_FRAME;
    private static final int MOST_SEEDS = 64;

    /** What a certificate must name, beside being of the trusted authority. */
    enum Verify {
        /** The host that was dialed. */
        HOST,
        /** Nothing. */
        AUTHORITY,
        /** The member, at both ends. */
        MEMBER
    }

    TcpSettings {
        seeds = List.copyOf(seeds);
        if (verify == Verify.MEMBER && !tls) {
            throw new IllegalArgumentException("verify=member needs certificates: write tcps://");
        }
    }

    /** @throws IllegalArgumentException if the URI does not say where members are, or an option makes no sense */
    static TcpSettings parse(URI uri, ConnectOptions options) {
        try {
            return read(uri, options);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    uri.toString().replaceFirst("//.*@", "//...@") + ": " + e.getMessage(), e);
        }
    }

    private static TcpSettings read(URI uri, ConnectOptions options) {
        String authority = uri.getRawAuthority();
        String path = uri.getRawPath();
        if (authority == null || (path != null && path.length() > 1) || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("write " + uri.getScheme() + "://host:port,host:port");
        }
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException("a secret belongs into the options, not into the URI");
        }
        List<Host> seeds = new ArrayList<>();
        for (String each : authority.replace("%5B", "[").replace("%5D", "]").split(",", -1)) {
            Host seed = Host.parse(each, DEFAULT_PORT);
            if (seed.port() == 0) {
                throw new IllegalArgumentException("'0' is not a port to look for somebody at");
            }
            seeds.add(seed);
        }
        if (seeds.size() > MOST_SEEDS) {
            throw new IllegalArgumentException("at most " + MOST_SEEDS + " addresses, a few will do");
        }
        boolean tls = "tcps".equals(uri.getScheme().toLowerCase(Locale.ROOT)) || options.tls() != null;
        TcpSettings settings = new TcpSettings(seeds, tls, null, true, null, true, Verify.HOST, DEFAULT_MAX_FRAME);
        String query = uri.getRawQuery();
        for (String each : query == null ? new String[0] : query.split("&", -1)) {
            String[] parts = each.split("=", 2);
            settings = settings.with(
                    parts[0], parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
        }
        settings = settings.with("maxFrame", String.valueOf(options.maxFrameOf(settings.maxFrame())));
        return options.standIn() ? settings.with("listen", "no") : settings;
    }

    private TcpSettings with(String option, String value) {
        return switch (option) {
            case "listen" ->
                value.equals("no")
                        ? new TcpSettings(seeds, tls, null, false, null, discover, verify, maxFrame)
                        : new TcpSettings(
                                seeds, tls, Host.parse(value, 0), true, advertise, discover, verify, maxFrame);
            case "advertise" ->
                new TcpSettings(seeds, tls, listen, listens, Host.parse(value, 0), discover, verify, maxFrame);
            case "discover" -> new TcpSettings(seeds, tls, listen, listens, advertise, yes(value), verify, maxFrame);
            case "verify" -> new TcpSettings(seeds, tls, listen, listens, advertise, discover, verify(value), maxFrame);
            case "maxFrame" -> new TcpSettings(seeds, tls, listen, listens, advertise, discover, verify, bytes(value));
            default ->
                throw new IllegalArgumentException("there is no option '" + option
                        + "'; there are listen, advertise, discover, verify and maxFrame");
        };
    }

    private static boolean yes(String value) {
        return switch (value) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new IllegalArgumentException("'" + value + "' is neither yes nor no");
        };
    }

    private static Verify verify(String value) {
        return switch (value) {
            case "host" -> Verify.HOST;
            case "ca" -> Verify.AUTHORITY;
            case "member" -> Verify.MEMBER;
            default -> throw new IllegalArgumentException("verify is host, ca or member, not '" + value + "'");
        };
    }

    private static int bytes(String value) {
        try {
            int bytes = Integer.parseInt(value);
            if (bytes >= LEAST_MAX_FRAME && bytes <= MOST_MAX_FRAME) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "maxFrame is " + LEAST_MAX_FRAME + " to " + MOST_MAX_FRAME + " bytes, not '" + value + "'");
    }
}
