package io.broccoli.dispatch;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Waits for the end of a connection, but not for ever: nothing depends on it any more. */
final class Closing {

    private static final Logger LOG = Loggers.getLogger(Closing.class);
    private static final long SECONDS = 5;

    private Closing() {}

    static void await(Mono<Void> closed) {
        try {
            closed.toFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException failed) {
            LOG.debug("The connection did not end cleanly: {}", failed.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
