package io.broccoli.examples.quickstart;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.feed.Sample;
import io.broccoli.task.Task;
import io.broccoli.window.Window;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;

/** A week of earthquakes as a stream: read this first. */
final class EarthquakeStream {

    /** What each node offers: the earthquakes of its network. */
    static final String FEED = "earthquakes";

    private static final Task<Shock> ENERGY = Task.of("energy", Shock.class);
    private static final Task<Digest> DIGEST = Task.of("digest", Digest.class);
    private static final Task<Digest> MERGE = Task.of("merge", Digest.class);

    private EarthquakeStream() {}

    /** The earthquakes of all networks, each from its own node. Nodes read no further than somebody asks. */
    static Flux<Quake> quakes(Cluster cluster) {
        return cluster.feed(FEED, Quake.class).mapNotNull(Sample::value);
    }

    /**
     * How many earthquakes there were, how much energy they set free and which was the strongest, for each network and in all:
     * for each window one digest. Nothing is read before somebody subscribes, and then no further than the nodes have room.
     *
     * @param viewer sees each earthquake with its energy, on a thread of the cluster
     */
    static Flux<Digest> digests(Flux<Quake> quakes, Canvas canvas, Window.Arrival window, Consumer<Shock> viewer) {
        return quakes.transform(canvas.map(ENERGY)) // a task for each earthquake, on whichever node has room
                .doOnNext(viewer)
                .transform(canvas.chunks(DIGEST, 50)) // in windows of 50, each of which is one message
                .transform(canvas.map(MERGE)) // each window is one digest
                .transform(canvas.reduce(window, MERGE.s())); // and these are folded into one, on the nodes as well
    }
}
