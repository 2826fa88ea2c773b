package io.broccoli.perf.torture;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Position;
import io.broccoli.feed.Sample;
import io.broccoli.perf.process.ChildProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** A process that takes samples of a feed one after the other, says each of them, and waits to be killed. */
public final class SubscriberMain {

    static final int WINDOW = 8;

    private SubscriberMain() {}

    /**
     * Arguments: the broker's URI, how many nodes there are, how many milliseconds it takes for a sample, and of each node of which it
     * has samples {@code node,epoch,sequence} of the last one.
     */
    public static void main(String[] args) throws Exception {
        Duration pause = Duration.ofMillis(Long.parseLong(args[2]));
        Map<String, Position> positions = new HashMap<>();
        for (int i = 3; i < args.length; i++) {
            String[] place = args[i].split(",");
            positions.put(place[0], new Position(Long.parseLong(place[1]), Long.parseLong(place[2])));
        }
        FeedOptions options = FeedOptions.DEFAULTS.withWindow(WINDOW).resumeAfter(positions);
        try (Cluster cluster = Cluster.connect(ClusterOptions.of(args[0]).withMember("subscriber"))) {
            cluster.awaitNodes(Integer.parseInt(args[1]), RealCluster.JOINING).block();
            cluster.feed("ground", Integer.class, options)
                    .concatMap(sample -> Mono.fromRunnable(() -> say(sample)).then(Mono.delay(pause)), 1)
                    .subscribe(taken -> {}, failed -> ChildProcess.say("failed " + failed));
            ChildProcess.ready();
        }
    }

    /** The dot tells a whole line from one that a kill cut off. */
    private static void say(Sample<Integer> sample) {
        ChildProcess.say("sample " + sample.node() + " " + sample.epoch() + " " + sample.sequence() + " "
                + sample.missed() + " .");
    }
}
