package io.broccoli.examples.quickstart;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.window.Window;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;

/**
 * The stream, run to its end, while somebody watches.
 *
 * @param events how many there are: feeds do not end
 */
record Watched(Cluster cluster, int events, Canvas canvas, Progress progress, Display display) {

    /** Blocks until the digest of all earthquakes is there. */
    Digest run() throws Exception {
        Flux<Quake> quakes = EarthquakeStream.quakes(cluster).take(events).doOnNext(quake -> progress.handedOut());
        CompletableFuture<Digest> result = EarthquakeStream.digests(
                        quakes, canvas, Window.tumbling(Window.LARGEST), shock -> progress.workedOut())
                .single()
                .toFuture();
        while (!finished(result)) {
            display.show(progress.look());
        }
        display.show(progress.look());
        return result.get();
    }

    private boolean finished(CompletableFuture<Digest> result) throws InterruptedException {
        try {
            result.get(display.period().toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException failed) {
            return true; // and whoever takes the result hears why
        }
    }
}
