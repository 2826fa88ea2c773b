package io.broccoli.internal.base;

import io.broccoli.internal.boundary.Guard;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Waits for the end of a connection, but not for ever: nothing depends on it any more. */
public final class Closing {

    private static final Logger LOG = Loggers.getLogger(Closing.class);
    private static final long SECONDS = 5;

    private Closing() {}

    /**
     * To be called before anything is closed.
     *
     * @param loop of the member
     * @throws IllegalStateException on a thread that must not wait: the member's own would wait for itself
     */
    public static void refuseToBlock(String member, SerialExecutor loop) {
        if (loop.isMine() || Schedulers.isInNonBlockingThread()) {
            throw new IllegalStateException(
                    "close() of member " + member + " waits for its connection to end, and thread "
                            + Thread.currentThread().getName()
                            + " must not wait: it carries members and streams. Nothing was closed."
                            + " Close it from another thread: Mono.fromRunnable(member::close)"
                            + ".subscribeOn(Schedulers.boundedElastic()).subscribe()");
        }
    }

    public static void await(Mono<Void> closed) {
        try {
            closed.toFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException failed) {
            LOG.debug("The connection did not end cleanly: {}", Guard.described(failed));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
