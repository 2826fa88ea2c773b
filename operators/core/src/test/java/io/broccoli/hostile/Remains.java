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
import java.util.function.BooleanSupplier;
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
        members().forEach(this::look);
        nodes.forEach(this::look);
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

    /**
     * As many tasks as there are places, of each member, for one alone sends a node no more than keeps it busy: all workers must have
     * one, and all places.
     */
    private void fill(Node node) {
        int places = HostileWorld.WORKERS + HostileWorld.QUEUE;
        List<Object> expected =
                IntStream.range(0, places).<Object>mapToObj(i -> i).toList();
        List<List<Object>> came = new ArrayList<>();
        @Nullable Throwable[] error = {null};
        for (Cluster member : members()) {
            List<Object> results = new ArrayList<>();
            came.add(results);
            Canvas canvas =
                    Canvas.on(member).withTimeout(Duration.ofSeconds(20)).routedBy(Router.toNode(node.name()));
            Flux.fromIterable(expected)
                    .transform(canvas.map(HOLD))
                    .subscribe(results::add, failed -> error[0] = failed);
        }
        BooleanSupplier done = () -> came.stream().allMatch(results -> results.size() == places);
        boolean full = world.until(() -> isFull(node), SOON);
        NodeStats stats = node.stats();
        check(
                full,
                "node " + node.name() + " runs " + world.heldNow() + " at once, of " + HostileWorld.WORKERS
                        + " workers, and has " + (stats.running() + stats.queued() + stats.parked()) + " of " + places
                        + " tasks");
        for (int i = 0; i < places * came.size() && !done.getAsBoolean(); i++) {
            world.open();
            world.until(() -> done.getAsBoolean() || world.heldNow() > 0, SOON);
        }
        check(
                came.stream().allMatch(expected::equals),
                "node " + node.name() + " gave " + came + " of " + expected + ": " + Verdict.safe(error[0]));
    }

    private List<Cluster> members() {
        List<Cluster> members = new ArrayList<>(List.of(client));
        nodes.forEach(node -> members.add(node.cluster()));
        return members;
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
