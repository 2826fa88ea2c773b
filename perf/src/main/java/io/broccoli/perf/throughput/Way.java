package io.broccoli.perf.throughput;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.ConnectOptions.Tls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the members of a measured cluster reach each other.
 *
 * @param name for the table
 * @param keys null: without TLS
 * @param users whether each member has a user of its own, with the {@link #PASSWORD}
 */
record Way(String name, String uri, @Nullable KeyFiles keys, boolean users) {

    static final String PASSWORD = "a password of the benchmark";

    static Way parse(List<String> args) {
        KeyFiles keys = args.size() < 5 ? null : new KeyFiles(Path.of(args.get(3)), Path.of(args.get(4)));
        return new Way(args.get(0), args.get(1), keys, Boolean.parseBoolean(args.get(2)));
    }

    /** For another process, which has no secrets to keep from this one's machine. */
    List<String> args() {
        List<String> args = new ArrayList<>(List.of(name, uri, Boolean.toString(users)));
        if (keys != null) {
            args.add(keys.certificate().toString());
            args.add(keys.key().toString());
        }
        return args;
    }

    ClusterOptions options(String member) {
        ConnectOptions connect = ConnectOptions.DEFAULTS;
        if (users) {
            connect = connect.withCredentials(member, PASSWORD);
        }
        if (keys != null) {
            boolean shown = uri.startsWith("tcp"); // a broker knows members by their users
            connect = connect.withTls(
                    new Tls(keys.certificate(), shown ? keys.certificate() : null, shown ? keys.key() : null));
        }
        return ClusterOptions.of(uri).withMember(member).withConnect(connect);
    }
}
