package io.broccoli.cluster;

import io.broccoli.route.Router;
import java.time.Duration;

/**
 * How a stream is dispatched. Immutable.
 *
 * @param name shows in messages and metrics
 * @param window W: most elements that are taken from the source and not yet emitted; at least 1
 * @param ordered whether outcomes come in the order of the source
 * @param timeout from taking an element to its outcome; zero: none
 * @param attempts how often an element may be started, as far as nodes that had it are lost; at least 1
 * @param router which nodes an element may go to
 */
public record DispatchOptions(String name, int window, boolean ordered, Duration timeout, int attempts, Router router) {

    public static final DispatchOptions DEFAULTS =
            new DispatchOptions("dispatch", 1024, true, Duration.ofSeconds(60), 5, Router.leastLoaded());

    public DispatchOptions {
        if (window < 1 || window > 1 << 20) {
            throw new IllegalArgumentException("the window is 1 to " + (1 << 20) + ", not " + window);
        }
        if (attempts < 1) {
            throw new IllegalArgumentException("at least one attempt is needed, not " + attempts);
        }
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("the time-out is negative: " + timeout);
        }
    }

    public DispatchOptions withName(String value) {
        return new DispatchOptions(value, window, ordered, timeout, attempts, router);
    }

    public DispatchOptions withWindow(int value) {
        return new DispatchOptions(name, value, ordered, timeout, attempts, router);
    }

    public DispatchOptions withOrdered(boolean value) {
        return new DispatchOptions(name, window, value, timeout, attempts, router);
    }

    public DispatchOptions withTimeout(Duration value) {
        return new DispatchOptions(name, window, ordered, value, attempts, router);
    }

    public DispatchOptions withAttempts(int value) {
        return new DispatchOptions(name, window, ordered, timeout, value, router);
    }

    public DispatchOptions withRouter(Router value) {
        return new DispatchOptions(name, window, ordered, timeout, attempts, value);
    }
}
