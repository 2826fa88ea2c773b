package io.broccoli.transport.broker;

import io.broccoli.transport.broker.EmbeddedBroker.Options;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** A broker that is started for its first user and ends with its last. All brokers of the process are under one lock. */
final class SharedBroker {

    private static final Map<String, SharedBroker> BROKERS = new HashMap<>();

    private final String name;
    private final EmbeddedBroker broker;
    private int users;

    private SharedBroker(String name, EmbeddedBroker broker) {
        this.name = name;
        this.broker = broker;
    }

    /** One user's hold of a broker; closing it twice does no harm. */
    static final class Lease implements AutoCloseable {
        private final SharedBroker shared;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Lease(SharedBroker shared) {
            this.shared = shared;
        }

        URI uri() {
            return shared.broker.uri();
        }

        /** Blocks while the broker stops, if this was its last user. */
        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                shared.release();
            }
        }
    }

    /**
     * Blocks while the broker starts, if this is its first user.
     *
     * @throws IllegalArgumentException if the URI is neither {@code embedded:name} nor {@code embedded://name:port}
     */
    static Lease lease(URI uri) {
        String text = uri.getSchemeSpecificPart().replaceAll("^/+|/+$", "");
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        int port = colon < 0 ? 0 : port(uri, text.substring(colon + 1));
        if (name.indexOf('/') >= 0 || uri.getFragment() != null || name.indexOf('?') >= 0) {
            throw new IllegalArgumentException(uri + ": write embedded:name or embedded://name:port");
        }
        synchronized (BROKERS) {
            SharedBroker shared = BROKERS.get(name);
            if (shared != null && port != 0 && shared.broker.port() != port) {
                throw new IllegalArgumentException(
                        uri + ": the broker '" + name + "' of this process listens at port " + shared.broker.port());
            }
            if (shared == null) {
                shared = new SharedBroker(name, EmbeddedBroker.start(Options.DEFAULTS.withPort(port)));
                BROKERS.put(name, shared);
            }
            shared.users++;
            return new Lease(shared);
        }
    }

    private static int port(URI uri, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(uri + ": '" + text + "' is not a port");
    }

    /** Under the lock too, so that who comes next finds the port free. */
    private void release() {
        synchronized (BROKERS) {
            users--;
            if (users == 0) {
                BROKERS.remove(name);
                broker.close();
            }
        }
    }
}
