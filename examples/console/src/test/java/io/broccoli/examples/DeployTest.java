package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import garden.GrowByAMillion;
import garden.GrowByOne;
import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.deploy.DeploymentEvent;
import io.broccoli.deploy.Module;
import io.broccoli.deploy.ModuleReceiver;
import io.broccoli.deploy.Modules;
import io.broccoli.feed.Sample;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.route.Router;
import io.broccoli.task.Task;
import io.broccoli.task.TaskRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** New functions for three boards that run; each test has a module of its own. */
@DisabledIfSystemProperty(named = "firmware.skip", matches = "true", disabledReason = "boards are left out")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployTest {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String CLUSTER = "deployed";
    private static final String KEY = "a secret of the cluster";
    private static final List<String> NAMES = List.of("board-1", "board-2", "board-3");
    private static final int WINDOW = 64;

    private Boards boards;
    private Cluster client;
    private Canvas canvas;
    private Modules modules;

    @BeforeAll
    void start() throws Exception {
        boards = start(3);
        client = Cluster.connect(ClusterOptions.of(TestBroker.uri()).withCluster(CLUSTER));
        client.awaitNodes(3, BOUND).block();
        canvas = Canvas.on(client).withTimeout(BOUND).withWindow(WINDOW);
        modules = Modules.on(client, KEY).withNodes(NAMES.toArray(String[]::new));
    }

    private static Boards start(int count, String... more) throws Exception {
        return TestBoards.start(URI.create(TestBroker.uri()), CLUSTER, count, Map.of(DeployKey.VARIABLE, KEY), more);
    }

    @AfterAll
    void stop() {
        client.close();
        boards.close();
    }

    /** A module with one task of its name, which adds. */
    private static Module adding(String name, int summand) {
        return Module.of(
                name, "from broccoli import task\n\n\n@task\ndef " + name + "(x):\n    return x + " + summand + "\n");
    }

    private static Task<Integer> task(Module module) {
        return Task.of(module.name(), Integer.class);
    }

    private static List<DeploymentEvent> ends(Flux<DeploymentEvent> events) {
        return Objects.requireNonNull(events.filter(event -> !(event instanceof DeploymentEvent.Progress))
                .collectList()
                .block(BOUND));
    }

    private static DeploymentEvent deployed(String node, Module module) {
        return new DeploymentEvent.Deployed(node, module.name(), module.version(), List.of(module.name()));
    }

    /** A node that has no tasks but those that it is sent. */
    private static Node startJvm(String name) {
        ClusterOptions options =
                ClusterOptions.of(TestBroker.uri()).withCluster(CLUSTER).withMember(name);
        Node node = Node.start(
                options,
                NodeOptions.DEFAULTS.withWorkers(1),
                TaskRegistry.builder().build());
        ModuleReceiver.withKey(KEY).on(node).block(BOUND);
        return node;
    }

    @Test
    void aNewerVersionIsInUseOnBoardsAndTheJvmInTheMiddleOfAStreamAndNoElementIsLost() throws IOException {
        Module first = adding("grow", 1);
        Module second = adding("grow", 1_000_000);
        Module firstJar = TestModules.jar("grow", GrowByOne.class);
        Module secondJar = TestModules.jar("grow", GrowByAMillion.class);
        try (Node node = startJvm("jvm")) {
            client.awaitNodes(4, BOUND).block();
            Modules jvm = Modules.on(client, KEY).withNodes("jvm");
            assertThat(ends(Flux.merge(modules.deploy(first), jvm.deploy(firstJar))))
                    .hasSize(4);
            List<Integer> results = new CopyOnWriteArrayList<>();
            BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
            Disposable stream = Flux.range(0, 100_000)
                    .transform(canvas.map(task(first)))
                    .limitRate(WINDOW)
                    .subscribe(results::add, errors::add);
            awaitSize(results, 200);
            long before = node.stats().succeeded();
            long began = System.nanoTime();
            List<DeploymentEvent> events = ends(Flux.merge(modules.deploy(second), jvm.deploy(secondJar)));
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            int then = results.size();
            awaitSize(results, then + 500);
            stream.dispose();

            assertThat(events)
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                    NAMES.stream().map(name -> deployed(name, second)),
                                    Stream.of(deployed("jvm", secondJar)))
                            .toList());
            assertThat(errors).isEmpty();
            assertThat(IntStream.range(0, results.size()).map(i -> results.get(i) - i))
                    .as("each element has one result, in its place")
                    .containsOnly(1, 1_000_000);
            assertThat(IntStream.range(then + WINDOW, results.size()).map(i -> results.get(i) - i))
                    .containsOnly(1_000_000);
            assertThat(node.stats().succeeded()).isGreaterThan(before);
            System.getLogger(DeployTest.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "a newer version on three boards and a JVM within " + took.toMillis() + " ms");
            assertThat(took).isLessThan(Duration.ofSeconds(20)); // 2 s on a machine that has nothing else to do
        }
    }

    private static void awaitSize(List<Integer> results, int size) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(10))
                .filter(tick -> results.size() >= size)
                .blockFirst(BOUND);
    }

    @Test
    void whatCannotBeImportedIsToldWithItsTracebackAndTheOlderVersionGoesOn() {
        Module good = adding("steady", 1);
        ends(modules.deploy(good));
        Module wrong = Module.of("steady", "from broccoli import task\n\n\n@task\ndef steady(x):\n    return x +\n");
        List<DeploymentEvent> events = ends(modules.deploy(wrong));
        assertThat(events).hasSize(3).allSatisfy(event -> assertThat(((DeploymentEvent.Failed) event).text())
                .startsWith("TASK_FAILED: SyntaxError")
                .contains("(task deploy.commit on node " + event.node() + ")\nTraceback")
                .contains("steady.py\", line 6"));
        Module missing = Module.of("steady", "import nowhere\n");
        assertThat(((DeploymentEvent.Failed) ends(modules.withNodes("board-1").deploy(missing))
                                .get(0))
                        .text())
                .contains("ImportError", "nowhere");
        assertThat(canvas.stream(Canvas.map(task(good), List.of(1, 2, 3, 4, 5, 6)))
                        .collectList()
                        .block(BOUND))
                .containsExactly(2, 3, 4, 5, 6, 7);
    }

    @Test
    void whoDoesNotHaveTheKeyIsRefused() {
        assertThat(ends(Modules.on(client, "another").withNodes("board-1").deploy(adding("intruder", 1))))
                .singleElement()
                .satisfies(event -> assertThat(((DeploymentEvent.Failed) event).text())
                        .contains("the signature is wrong", "(task deploy.begin on node board-1)"));
    }

    /** A module with a feed, which gives this value. */
    private static Module giving(int value) {
        return Module.of(
                "level",
                "from broccoli import source\n\n\n@source(every_ms=20)\ndef level():\n    return " + value + "\n");
    }

    @Test
    void aFeedOfAModuleIsReplacedWhileItIsSubscribed() throws Exception {
        Modules on = Modules.on(client, KEY).withNodes("board-1");
        BlockingQueue<Sample<Integer>> seen = new LinkedBlockingQueue<>();
        BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
        ends(on.deploy(giving(1)));
        Disposable subscription = client.feed("level", Integer.class).subscribe(seen::add, errors::add);
        long last = 0;
        try {
            for (int value = 1; value <= 3; value++) {
                if (value > 1) {
                    ends(on.deploy(giving(value)));
                }
                Sample<Integer> sample;
                do {
                    sample = Objects.requireNonNull(seen.poll(60, TimeUnit.SECONDS), () -> "errors: " + errors);
                    if (last > 0) {
                        assertThat(sample.sequence())
                                .as("each reading came or was missed")
                                .isEqualTo(last + sample.missed() + 1);
                    }
                    last = sample.sequence();
                } while (Objects.requireNonNull(sample.value()) != value);
            }
            assertThat(errors).isEmpty();
        } finally {
            subscription.dispose();
            ends(on.remove("level"));
        }
    }

    @Test
    void tasksGoOnlyToNodesThatHaveTheVersionAskedFor() {
        Module old = adding("mixed", 1);
        Module newer = adding("mixed", 1000);
        ends(modules.deploy(old));
        ends(modules.withNodes("board-2").deploy(newer));
        for (Module each : List.of(old, newer)) {
            List<Integer> sums = Flux.range(0, 100)
                    .transform(canvas.routedBy(Router.version(each.version())).map(task(each)))
                    .collectList()
                    .block(BOUND);
            int summand = each == old ? 1 : 1000;
            assertThat(sums)
                    .isEqualTo(IntStream.range(0, 100)
                            .map(i -> i + summand)
                            .boxed()
                            .toList());
        }
    }

    @Test
    void aBoardThatComesLaterGetsWhatItIsToHaveAndHasItAfterARestartToo() throws Exception {
        Module module = adding("late", 1);
        BlockingQueue<DeploymentEvent> seen = new LinkedBlockingQueue<>();
        Disposable keeping = Modules.on(client, KEY)
                .withNodes("late-1")
                .keep(module)
                .filter(event -> !(event instanceof DeploymentEvent.Progress))
                .subscribe(seen::add);
        try (Boards more = start(1, "--prefix", "late-")) {
            assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(deployed("late-1", module));
            more.command("kill late-1");
            more.command("start late-1");
            assertThat(seen.poll(60, TimeUnit.SECONDS))
                    .isEqualTo(new DeploymentEvent.Present("late-1", "late", module.version()));
            assertThat(canvas.routedBy(Router.toNode("late-1"))
                            .run(task(module).s(41))
                            .block(BOUND))
                    .isEqualTo(42);
        } finally {
            keeping.dispose();
        }
    }

    @Test
    void theCommandBringsAndTakesAwayAndSaysWhereItFailed(@TempDir Path folder) throws Exception {
        Path key = Files.writeString(folder.resolve("key"), KEY + "\n");
        Path file = folder.resolve("told.py");
        Files.writeString(file, "def told(x):\n    return x\n\nTASKS = {'told': told}\n");
        String version = Module.of(file).version();
        Cli.Result one = command(key, "deploy", file.toString(), "--nodes", "board-1", "--json");
        assertThat(one.err()).isEmpty();
        assertThat(one.lines().get(one.lines().size() - 1))
                .isEqualTo("{\"node\":\"board-1\",\"module\":\"told\",\"deployed\":\"" + version
                        + "\",\"tasks\":[\"told\"]}");
        Cli.Result two = command(key, "deploy", file.toString(), "--nodes", "board-1,board-2");
        assertThat(two.lines())
                .containsExactly(
                        "board-1  told  has version " + version, "board-2  told  version " + version + ": told");
        assertThat(Cli.run("nodes", "--broker", TestBroker.uri(), "--cluster", CLUSTER)
                        .out())
                .contains(" told@" + version);

        Files.writeString(file, "def told(x:\n");
        Cli.Result wrong = command(key, "deploy", file.toString(), "--nodes", "board-1");
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.err()).startsWith("broccoli: board-1  told  failed: TASK_FAILED: SyntaxError");

        Cli.Result gone = command(key, "deploy", "--remove", "told", "--nodes", "board-1,board-2");
        assertThat(gone.lines()).containsExactly("board-1  told  removed", "board-2  told  removed");
        assertThat(gone.status()).isZero();
    }

    private static Cli.Result command(Path key, String... args) {
        return Cli.run(Flux.just(args)
                .concatWithValues("--broker", TestBroker.uri(), "--cluster", CLUSTER, "--key-file", key.toString())
                .toStream()
                .toArray(String[]::new));
    }
}
