package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.route.Router;
import io.broccoli.task.Task;
import io.broccoli.transport.contract.Soon;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Tasks of a client that keeps to the protocol, one behind the other: each result must be right, and come once and in order. */
final class HonestStream implements AutoCloseable {

    /** A task that waits longer fails, and the stream with it. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final int WINDOW = 64;

    private final Cluster client;
    private final Canvas canvas;
    private final AtomicInteger results = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean begun;
    private volatile boolean enough;
    private volatile @Nullable String wrong;

    HonestStream(Cluster client, String node) {
        this.client = client;
        canvas = Canvas.on(client)
                .routedBy(Router.toNode(node))
                .withTimeout(LONGEST)
                .withWindow(WINDOW);
    }

    /** Once; more often does nothing. */
    HonestStream begin(Task<Integer> next) {
        if (!begun) {
            begun = true;
            Flux.range(0, Integer.MAX_VALUE)
                    .takeWhile(i -> !enough)
                    .transform(canvas.map(next))
                    .subscribe(this::take, ended::completeExceptionally, () -> ended.complete(null));
        }
        return this;
    }

    private void take(int result) {
        int expected = results.incrementAndGet();
        if (result != expected && wrong == null) {
            wrong = result + " came where " + expected + " is right";
        }
    }

    int count() {
        return results.get();
    }

    /** Waits for so many results more. */
    void goesOn(int more) {
        int before = count();
        Soon.holds(() -> {
            assertRight();
            assertThat(count()).as("results of %s", client.name()).isGreaterThanOrEqualTo(before + more);
        });
    }

    private void assertRight() {
        assertThat(wrong).isNull();
        assertThat(ended.isCompletedExceptionally())
                .as("the stream failed: %s", ended)
                .isFalse();
    }

    /** Lets the stream end; all of its results must have been right. */
    void ends() throws Exception {
        enough = true;
        ended.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        assertRight();
    }

    /** Of a test that failed. */
    @Override
    public void close() {
        enough = true;
    }
}
