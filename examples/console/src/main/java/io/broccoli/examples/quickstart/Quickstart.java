package io.broccoli.examples.quickstart;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.frame.Site;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The three parts of the quickstart on twelve nodes: one for each seismic network, at the middle of its earthquakes. */
public final class Quickstart {

    /** As many as there are networks. */
    public static final int NODES = 12;

    /** Boards that help them, where there is Node. */
    public static final int BOARDS = 3;

    /** Places in each node's queue. */
    static final int QUEUE = 8;

    /** What a node takes for an earthquake; it does one at a time. */
    static final Duration SERVICE_TIME = Duration.ofMillis(40);

    private static final int WORKERS = 1;

    private final PrintWriter out;
    private final boolean terminal;
    private final List<SeismicEvent> events;
    private final Map<String, Centroid> networks;
    private final Replay replay;
    private final List<Node> nodes = new ArrayList<>();
    private final BoardCounts counts = new BoardCounts();

    /**
     * @param terminal whether what is printed may be drawn over
     * @param speed how many times as fast as it happened the week is replayed
     * @param seed of what comes late then
     */
    public Quickstart(PrintWriter out, boolean terminal, double speed, long seed) {
        this.replay = new Replay(speed, seed);
        this.out = out;
        this.terminal = terminal;
        this.events = Objects.requireNonNull(Catalog.events().collectList().block());
        this.networks = Centroid.ofNetworks(events);
    }

    /** How a node is started. */
    @FunctionalInterface
    public interface NodeStarter {
        Node start(String name, NodeOptions size, TaskRegistry tasks) throws Exception;
    }

    /** Says over which broker it will go. */
    public void announce(URI broker, String cluster) {
        out.println("  Broker " + broker + ", cluster " + cluster);
        out.println("  " + NODES + " nodes, each with a queue of " + QUEUE + " and one worker");
        out.flush();
    }

    /** Starts a node for each network: it feeds its own earthquakes, and works on those of all. */
    public void startNodes(NodeStarter starter) throws Exception {
        for (Map.Entry<String, Centroid> network : networks.entrySet()) {
            Centroid middle = network.getValue();
            Site site = new Site(Map.of("network", network.getKey()), middle.latitude(), middle.longitude());
            NodeOptions size =
                    NodeOptions.DEFAULTS.withWorkers(WORKERS).withQueue(QUEUE).withSite(site);
            TaskRegistry tasks = BuiltInTasks.builder()
                    .methodsOf(new QuakeTasks(SERVICE_TIME))
                    .source(EarthquakeStream.FEED, Catalog.quakesOf(network.getKey()))
                    .source(Replay.FEED, replay.of(events, network.getKey()))
                    .build();
            nodes.add(starter.start(network.getKey(), size, tasks));
        }
    }

    /** What is to hear the news of the boards. */
    public Consumer<Map<?, ?>> newsOfBoards() {
        return counts;
    }

    /** There are boards. */
    public void haveBoards(BoardCounts.Commands commands) {
        counts.haveBoards(commands);
        out.println("  " + BOARDS + " simulated boards: an ESP32's firmware on real MicroPython");
        out.flush();
    }

    /** There are none. */
    public void noBoards(String why) {
        out.println("  No boards: " + why);
        out.flush();
    }

    /** How many there are. */
    public int boards() {
        return counts.areThere() ? BOARDS : 0;
    }

    /** Plays all parts. Blocks, some seconds; false if something is not what it should be. */
    public boolean play(Cluster cluster, Canvas canvas) throws Exception {
        boolean first = new Demonstrations(out, canvas).play();
        boolean second = earthquakes(cluster, canvas);
        return new EventTimePart(out, events, networks.keySet(), replay).play(cluster) && second && first;
    }

    private boolean earthquakes(Cluster cluster, Canvas canvas) throws Exception {
        Report report = new Report(out, networks);
        Digest plain = PlainJava.digest(events);
        int quakes = (int) plain.all().count();
        report.explain(events.size(), quakes);
        Display display = terminal ? new TerminalDisplay(out, quakes, QUEUE) : new PlainDisplay(out, quakes);
        Progress progress = new Progress(cluster, nodes, WORKERS);
        Digest digest = new Watched(cluster, quakes, canvas, progress, display).run();
        report.table(digest);
        report.leftOut(events);
        report.backPressure(progress.look());
        report.feeds(nodes);
        if (counts.areThere()) {
            report.boards(counts.finished(BOARDS));
        }
        return report.check(Agreement.of(digest, plain, counts.areThere()));
    }
}
