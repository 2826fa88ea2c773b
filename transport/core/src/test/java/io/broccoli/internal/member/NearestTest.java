package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.feed.FeedOptions;
import io.broccoli.frame.Site;
import io.broccoli.internal.producer.Topology;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.place.Point;
import io.broccoli.place.Region;
import io.broccoli.route.Router;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Elements go to the node that is nearest to them, and feeds come from the nodes of a region. */
@Timeout(60)
class NearestTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration WORK = Duration.ofMillis(10);

    /** The nodes a, b, c ... stand at one meridian, 10 degrees apart: a is the nearest to {@link #HERE}. */
    private static final Point HERE = Point.of(1, 20);

    private final Map<String, Integer> begun = new HashMap<>();

    private Node node(World world, String name, Site site) {
        TaskRegistry tasks = TaskRegistry.builder()
                .task("work", "x", Integer.class, x -> {
                    begun.merge(name, 1, Integer::sum);
                    return Mono.delay(WORK, world.time).thenReturn(name);
                })
                .build();
        return world.node(name, World.SMALL.withSite(site), tasks);
    }

    private static Site site(String name) {
        return Site.UNKNOWN.at(Point.of(10.0 * (name.charAt(0) - 'a'), 20));
    }

    private void nodes(World world, String... names) {
        for (String name : names) {
            node(world, name, site(name));
        }
    }

    private static DispatchOptions near(Point point, int window) {
        return DispatchOptions.DEFAULTS
                .withRouter(Router.nearest(element -> point))
                .withWindow(window);
    }

    private static Calls<Integer, String> work() {
        return new Calls<>("work", List::of, String.class);
    }

    private static void run(World world, Cluster client, int elements, DispatchOptions options) {
        Set<Object> done = new HashSet<>();
        client.dispatch(Flux.range(0, elements), work(), options).subscribe(outcome -> done.add(done.size()));
        world.await(() -> done.size() == elements, Duration.ofSeconds(60));
    }

    @Property(tries = 40)
    void eachElementGoesToTheNodeThatIsNearestToIt(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        begun.clear();
        try (World world = new World()) {
            Map<String, Point> places = new HashMap<>();
            for (int i = 0; i < 2 + random.nextInt(8); i++) {
                places.put("n" + i, somewhere(random));
            }
            places.forEach((name, place) -> node(world, name, Site.UNKNOWN.at(place)));
            node(world, "nowhere", Site.UNKNOWN);
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                points.add(somewhere(random));
            }
            Cluster client = world.client(places.size() + 1);
            List<String> ran = new ArrayList<>();
            client.dispatch(
                            Flux.range(0, points.size()),
                            work(),
                            DispatchOptions.DEFAULTS
                                    .withRouter(Router.nearest(Integer.class, points::get))
                                    .withWindow(1 + random.nextInt(2))) // nobody is full
                    .subscribe(outcome -> ran.add(((TaskOutcome.Success<String>) outcome).value()));
            world.await(() -> ran.size() == points.size(), SOON);
            for (int i = 0; i < points.size(); i++) {
                Point point = points.get(i);
                double least = places.values().stream()
                        .mapToDouble(point::distanceTo)
                        .min()
                        .orElseThrow();
                assertThat(places.get(ran.get(i)))
                        .as("seed %d, element %d at %s of %s went to %s", seed, i, point, places, ran.get(i))
                        .isNotNull()
                        .satisfies(place -> assertThat(point.distanceTo(place)).isEqualTo(least));
            }
        }
    }

    private static Point somewhere(Random random) {
        return Point.of(random.nextInt(10) == 0 ? 90 : random.nextInt(181) - 90, random.nextDouble() * 360 - 180);
    }

    @Test
    void aFullNodeLeavesTheOthersToTheNextNearest() throws Exception {
        try (World world = new World()) {
            nodes(world, "a", "b", "c", "d");
            Cluster client = world.client(4);
            run(world, client, 400, near(HERE, 8)); // as many as two nodes hold
            assertThat(begun).doesNotContainKey("d");
            assertThat(begun.get("a")).isGreaterThan(begun.getOrDefault("b", 0));
            begun.clear();
            run(world, client, 2000, near(HERE, 256));
            assertThat(begun)
                    .as("all help")
                    .containsOnlyKeys("a", "b", "c", "d")
                    .allSatisfy((name, count) -> assertThat(count).isGreaterThan(300));
            begun.clear();
            run(world, client, 20, near(HERE, 1));
            assertThat(begun).as("it has room again").containsOnlyKeys("a");
        }
    }

    @Test
    void elementsOfTwoPlacesDoNotWaitForEachOther() throws Exception {
        try (World world = new World()) {
            nodes(world, "a", "b");
            Cluster client = world.client(2);
            Point there = Point.of(9, 20);
            run(
                    world,
                    client,
                    400,
                    DispatchOptions.DEFAULTS
                            .withRouter(Router.nearest(Integer.class, i -> i % 2 == 0 ? HERE : there))
                            .withWindow(4));
            assertThat(begun.get("a")).isBetween(190, 210);
            assertThat(begun.get("b")).isBetween(190, 210);
        }
    }

    @Test
    void whatIsWaitingForANodeThatLeavesGoesToTheNextNearestAndBack() throws Exception {
        try (World world = new World()) {
            Node first = node(world, "a", site("a"));
            nodes(world, "b", "c");
            Cluster client = world.client(3);
            Sinks.Many<Integer> source = Sinks.many().unicast().onBackpressureBuffer();
            List<String> ran = new ArrayList<>();
            client.dispatch(source.asFlux(), work(), near(HERE, 1))
                    .subscribe(outcome -> ran.add(((TaskOutcome.Success<String>) outcome).value()));
            give(world, source, ran);
            world.members.remove(first);
            first.close();
            world.await(() -> World.active(client) == 2, SOON);
            give(world, source, ran);
            node(world, "another", site("a"));
            world.await(() -> World.active(client) == 3, SOON);
            give(world, source, ran);
            assertThat(ran).containsExactly("a", "a", "a", "b", "b", "b", "another", "another", "another");
        }
    }

    private static void give(World world, Sinks.Many<Integer> source, List<String> ran) {
        int before = ran.size();
        for (int i = 1; i <= 3; i++) {
            int wanted = before + i;
            source.tryEmitNext(i).orThrow();
            world.await(() -> ran.size() == wanted, SOON);
        }
    }

    @Test
    void nodesOfUnknownPlaceComeLastAndShareTheWorkIfThereAreNoOthers() throws Exception {
        try (World world = new World()) {
            node(world, "x", Site.UNKNOWN);
            node(world, "y", Site.UNKNOWN);
            Cluster client = world.client(2);
            run(world, client, 200, near(HERE, 64));
            assertThat(begun).containsOnlyKeys("x", "y");
            node(world, "c", site("c"));
            world.await(() -> World.active(client) == 3, SOON);
            begun.clear();
            run(world, client, 20, near(HERE, 1));
            assertThat(begun).containsOnlyKeys("c");
            run(world, client, 500, near(HERE, 128));
            assertThat(begun).containsOnlyKeys("c", "x", "y");
        }
    }

    @Test
    void nodesAtOnePlaceShareItsElements() throws Exception {
        try (World world = new World()) {
            node(world, "p", site("a"));
            node(world, "q", site("a"));
            node(world, "r", site("b"));
            Cluster client = world.client(3);
            run(world, client, 400, near(HERE, 4));
            assertThat(begun).containsOnlyKeys("p", "q");
            assertThat(begun.get("p")).isGreaterThanOrEqualTo(80);
            assertThat(begun.get("q")).isGreaterThanOrEqualTo(80);
        }
    }

    @Test
    void anElementWithoutAPointFails() throws Exception {
        try (World world = new World()) {
            nodes(world, "a");
            Cluster client = world.client(1);
            List<TaskOutcome<String>> outcomes = new ArrayList<>();
            Map<Integer, Point> points = Map.of(2, HERE);
            client.dispatch(
                            Flux.just(1, 2),
                            work(),
                            DispatchOptions.DEFAULTS.withRouter(Router.nearest(Integer.class, points::get)))
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 2, SOON);
            assertThat(outcomes.get(0)).isInstanceOfSatisfying(TaskOutcome.Failure.class, failure -> {
                assertThat(failure.kind()).isEqualTo(FailureKind.BAD_ARGUMENTS);
                assertThat(failure.message()).contains("an element has no point");
            });
            assertThat(outcomes.get(1)).isInstanceOf(TaskOutcome.Success.class);
        }
    }

    @Test
    void aFeedComesFromTheNodesWithinARegion() throws Exception {
        try (World world = new World()) {
            TaskRegistry tasks = TaskRegistry.builder()
                    .source("count", Flux.interval(WORK, world.time).onBackpressureDrop())
                    .build();
            for (String name : List.of("a", "b", "c")) {
                world.node(name, World.SMALL.withSite(site(name)), tasks);
            }
            world.node("nowhere", NodeOptions.DEFAULTS, tasks);
            Cluster client = world.client(4);
            Set<String> heard = new HashSet<>();
            client.feed("count", Long.class, FeedOptions.DEFAULTS.within(Region.circle(HERE, 1_500_000)))
                    .subscribe(sample -> heard.add(sample.node()));
            world.advance(SOON);
            assertThat(heard).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void theWayToANodeIsMeasuredWhetherOrNotThereIsWorkForIt() throws Exception {
        try (World world = new World(FaultPlan.NONE.withDelay(Duration.ofMillis(20)))) {
            nodes(world, "a", "b");
            Cluster client = world.client(2);
            List<Object> heard = new ArrayList<>();
            for (String name : List.of("a", "a", "b", "nobody")) {
                client.roundTrip(name, SOON).subscribe(heard::add, heard::add);
            }
            world.advanceInSteps(Duration.ofMillis(100));
            assertThat(heard).hasSize(4);
            assertThat(heard.get(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .asString()
                    .contains("no node nobody is known; known are a ACTIVE, b ACTIVE");
            assertThat(heard.subList(1, 4))
                    .allSatisfy(each -> assertThat(((Duration) each).toMillis()).isBetween(40L, 60L));
            assertThat(client.stats().links())
                    .as("what was asked is given back")
                    .allSatisfy(link -> {
                        assertThat(link.want()).isZero();
                        assertThat(link.credit()).isZero();
                    });
            run(world, client, 20, near(HERE, 4));
            client.roundTrip("b", SOON).subscribe(heard::add);
            world.advanceInSteps(Duration.ofMillis(100));
            assertThat(heard).hasSize(5);
        }
    }

    @Test
    void roundTripsThatNobodyWaitsForAnyMoreAreNotCountedAmongThoseThatAreMeasured() throws Exception {
        try (World world = new World()) {
            nodes(world, "a");
            Cluster client = world.client(1);
            int most = 2 * Topology.MOST_NODES;
            for (int i = 0; i <= most; i++) {
                client.roundTrip("a", SOON).subscribe().dispose();
            }
            List<Object> heard = new ArrayList<>();
            for (int i = 0; i <= most; i++) {
                client.roundTrip("a", SOON).subscribe(heard::add, heard::add);
            }
            world.advance(SOON);
            assertThat(heard).hasSize(most + 1);
            assertThat(heard.stream().filter(Throwable.class::isInstance))
                    .as("one too many")
                    .singleElement()
                    .asString()
                    .contains(most + " round trips are being measured");
        }
    }

    @Test
    void thatANodeDoesNotAnswerIsSaidInTime() throws Exception {
        try (World world = new World()) {
            nodes(world, "a");
            Cluster client = world.client(1);
            world.network.divide("a", client.name());
            List<Throwable> errors = new ArrayList<>();
            client.roundTrip("a", Duration.ofMillis(700)).subscribe(taken -> {}, errors::add);
            world.advance(Duration.ofMillis(699));
            assertThat(errors).isEmpty();
            world.advance(Duration.ofMillis(1));
            assertThat(errors).singleElement().asString().contains("Node a did not answer within 700 ms");
        }
    }
}
