package io.broccoli.hostile;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterStats;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.node.Node;
import io.broccoli.node.NodeStats;
import io.broccoli.route.Router;
import io.broccoli.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** What is left when all has ended: there must be nothing, and each worker, place and credit must serve again. */
final class Remains {

    private static final long SOON = 3 * VirtualTime.SECOND;
    private static final Task<Object> HOLD = Task.of("hold");

    private final HostileWorld world;
    private final Cluster client;
    private final List<Node> nodes;
    private final List<String> complaints = new ArrayList<>();

    Remains(HostileWorld world, Cluster client, List<Node> nodes) {
        this.world = world;
        this.client = client;
        this.nodes = nodes;
    }

    List<String> complaints() {
        look(client);
        for (Node node : nodes) {
            look(node.cluster());
            look(node);
        }
        nodes.forEach(this::fill);
        return complaints;
    }

    private void look(Cluster member) {
        ClusterStats stats = member.stats();
        int onLinks = stats.links().stream()
                .mapToInt(ClusterStats.LinkStats::inFlight)
                .sum();
        check(
                stats.inFlight() == 0 && stats.pending() == 0 && stats.unread() == 0 && onLinks == 0,
                "member " + member.name() + " still has " + stats.inFlight() + " tasks in flight, " + stats.pending()
                        + " pending, " + stats.unread() + " values unread, " + onLinks + " on its links");
        List<TaskInFlight> inFlight = new ArrayList<>();
        boolean[] told = {false};
        member.inFlight()
                .subscribe(
                        some -> {
                            inFlight.addAll(some);
                            told[0] = true;
                        },
                        failed -> {});
        check(told[0], "member " + member.name() + " answers nothing any more");
        check(inFlight.isEmpty(), "member " + member.name() + " still tells of " + inFlight);
    }

    private void look(Node node) {
        NodeStats stats = node.stats();
        int listening =
                stats.feeds().stream().mapToInt(feed -> feed.subscribers()).sum();
        check(
                stats.queued() == 0 && stats.running() == 0 && stats.parked() == 0 && listening == 0,
                "node " + node.name() + " still has " + stats.queued() + " tasks queued, " + stats.running()
                        + " running, " + stats.parked() + " parked, " + listening + " subscribers");
    }

    /** As many tasks as there are places: all workers must have one, and all places. */
    private void fill(Node node) {
        int places = HostileWorld.WORKERS + HostileWorld.QUEUE;
        List<Object> expected =
                IntStream.range(0, places).<Object>mapToObj(i -> i).toList();
        List<Object> came = new ArrayList<>();
        @Nullable Throwable[] error = {null};
        Canvas canvas = Canvas.on(client).withTimeout(Duration.ofSeconds(10)).routedBy(Router.toNode(node.name()));
        showSpeed(canvas, expected);
        Flux.fromIterable(expected).transform(canvas.map(HOLD)).subscribe(came::add, failed -> error[0] = failed);
        boolean full = world.until(() -> isFull(node), SOON);
        NodeStats stats = node.stats();
        check(
                full,
                "node " + node.name() + " runs " + world.heldNow() + " at once, of " + HostileWorld.WORKERS
                        + " workers, and has " + (stats.running() + stats.queued() + stats.parked()) + " of " + places
                        + " tasks");
        for (int i = 0; i < places && came.size() < places; i++) {
            world.open();
            world.until(() -> came.size() == places || world.heldNow() > 0, SOON);
        }
        check(
                came.equals(expected),
                "node " + node.name() + " gave " + came + " of " + expected + ": " + Verdict.safe(error[0]));
    }

    /** A node gets no more than keeps it busy. By many short tasks its client knows that this is more than it has places. */
    private void showSpeed(Canvas canvas, List<Object> values) {
        List<Object> came = new ArrayList<>();
        Flux.fromIterable(values).transform(canvas.map(Caller.PASS)).subscribe(came::add, failed -> {});
        world.until(() -> came.size() == values.size(), SOON);
        check(came.equals(values), "of " + values + " only " + came + " passed a node that has nothing else to do");
    }

    private boolean isFull(Node node) {
        NodeStats stats = node.stats();
        return world.heldNow() >= HostileWorld.WORKERS
                && stats.running() + stats.queued() == HostileWorld.WORKERS + HostileWorld.QUEUE;
    }

    private void check(boolean fine, String otherwise) {
        if (!fine) {
            complaints.add(otherwise);
        }
    }
}
