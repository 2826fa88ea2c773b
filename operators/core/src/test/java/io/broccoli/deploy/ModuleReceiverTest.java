package io.broccoli.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.route.Router;
import io.broccoli.task.Task;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ModuleReceiverTest {

    private static final String KEY = "a secret";
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Task<Integer> GROW = Task.of("grow", Integer.class);

    private final ClusterOptions base = ClusterOptions.of("memory:receiver-" + COUNT.incrementAndGet());
    private final List<Node> nodes = new ArrayList<>();
    private final Cluster cluster = Cluster.connect(base.withMember("client"));
    private final Modules modules = Modules.on(cluster, KEY);
    private final Canvas canvas = Canvas.on(cluster).withTimeout(BOUND);

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        cluster.close();
        nodes.forEach(Node::close);
    }

    private Node start(String name, ModuleReceiver receiver) {
        TaskRegistry own = TaskRegistry.builder()
                .task("plain", "x", Integer.class, x -> -x)
                .build();
        Node node = Node.start(base.withMember(name), NodeOptions.DEFAULTS.withWorkers(2), own);
        nodes.add(node);
        receiver.on(node).block(BOUND);
        cluster.awaitNodes(
                        known -> known.stream()
                                .anyMatch(each -> each.name().equals(name) && ModuleKind.JAR.isTakenBy(each)),
                        BOUND)
                .block();
        return node;
    }

    private Node start() {
        return start("north", ModuleReceiver.withKey(KEY));
    }

    private List<DeploymentEvent> deploy(Module module) {
        return Objects.requireNonNull(modules.deploy(module)
                .filter(event -> !(event instanceof DeploymentEvent.Progress))
                .collectList()
                .block(BOUND));
    }

    private String failure(Module module) {
        return ((DeploymentEvent.Failed) deploy(module).get(0)).text();
    }

    private int grow(int x) {
        return Objects.requireNonNull(canvas.run(GROW.s(x)).block(BOUND));
    }

    private Map<String, String> installed(String node) {
        return Objects.requireNonNull(Modules.installed(cluster, node, BOUND).block());
    }

    @Test
    void aJarIsInUseAndReplacedAndTakenAway() {
        start();
        Module first = Jars.adding("garden", "grow", 1);
        Module second = Jars.adding("garden", "grow", 100);
        assertThat(deploy(first))
                .containsExactly(new DeploymentEvent.Deployed("north", "garden", first.version(), List.of("grow")));
        assertThat(grow(1)).isEqualTo(2);
        assertThat(deploy(second)).hasSize(1);
        assertThat(deploy(second)).containsExactly(new DeploymentEvent.Present("north", "garden", second.version()));
        assertThat(grow(1)).isEqualTo(101);
        assertThat(canvas.routedBy(Router.version(second.version()))
                        .run(GROW.s(2))
                        .block(BOUND))
                .isEqualTo(102);
        assertThat(installed("north")).isEqualTo(Map.of("garden", second.version()));
        modules.remove("garden").blockLast(BOUND);
        assertThat(installed("north")).isEmpty();
        assertThatThrownBy(() -> grow(1)).hasMessageContaining("UNKNOWN_TASK");
        assertThat(canvas.run(Task.of("plain", Integer.class).s(7)).block(BOUND))
                .isEqualTo(-7);
    }

    @Test
    void whateverIsWrongWithAJarTheOlderVersionGoesOn() throws IOException {
        start();
        assertThat(deploy(Jars.adding("garden", "grow", 1))).hasSize(1);
        assertThat(failure(Module.ofJar("garden", "no jar at all".getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .contains("it is no jar");
        assertThat(failure(Module.ofJar("garden", Jars.ofBody("public int grow() { return 1; }"))))
                .contains("it has no tasks");
        assertThat(
                        failure(
                                Module.ofJar(
                                        "garden",
                                        Jars.ofBody(
                                                "static int x = Integer.parseInt(\"many\"); @TaskMethod public int grow() { return x; }"))))
                .contains("garden.Tasks cannot be initialized: java.lang.NumberFormatException: For input string")
                .contains("at garden//garden.Tasks.<clinit>(Tasks.java:4)");
        assertThat(failure(Module.ofJar(
                        "garden", Jars.ofBody("Tasks(int x) {} @TaskMethod public int grow() { return 1; }"))))
                .contains("garden.Tasks cannot be used: java.lang.NoSuchMethodException");
        assertThat(failure(Jars.adding("other", "grow", 5))).contains("the module garden has a task grow already");
        assertThat(failure(Module.ofJar("garden", new byte[0]))).contains("it is no jar");
        assertThat(grow(1)).isEqualTo(2);
        assertThat(installed("north")).containsOnlyKeys("garden");
    }

    @Test
    void aJarThatUnpacksToMoreThanItMayIsRefusedWhereverThatIs() throws IOException {
        start();
        for (String name : List.of("garden/large.txt", "META-INF/MANIFEST.MF")) {
            Module bomb = Module.ofJar("garden", Jars.withLargeFile(name, JarClassLoader.MAX_UNPACKED + 1));
            assertThat(bomb.size()).isLessThan(100_000);
            assertThat(failure(bomb)).contains("at most 10000 files of 33554432 bytes in all");
        }
    }

    @Test
    void eachNodeGetsWhatItTakesAndThatTheOthersDoNotIsNoFailure() {
        start();
        Shelf board = new Shelf("board", KEY);
        nodes.add(board.start(base));
        cluster.awaitNodes(2, BOUND).block();
        Module jar = Jars.adding("garden", "grow", 1);
        assertThat(deploy(jar))
                .containsExactly(
                        new DeploymentEvent.NotTaken("board", "garden"),
                        new DeploymentEvent.Deployed("north", "garden", jar.version(), List.of("grow")));
        Module python = Module.of("garden", "# grows");
        assertThat(deploy(python))
                .containsExactly(
                        new DeploymentEvent.NotTaken("north", "garden"),
                        new DeploymentEvent.Deployed("board", "garden", python.version(), List.of()));
        assertThat(modules.withNodes("board").deploy(jar).blockLast(BOUND))
                .satisfies(event -> assertThat(((DeploymentEvent.Failed) event).text())
                        .contains("The node accepts no .jar modules"));
        nodes.get(1).close();
        cluster.awaitNodes(known -> known.size() == 1, BOUND).block();
        assertThatThrownBy(() -> deploy(python))
                .isInstanceOf(TaskException.class)
                .hasMessageContaining("No node accepts the module garden: boards accept .py, JVM nodes accept .jar");
    }

    @Test
    void aNewerVersionIsInUseInTheMiddleOfAStreamAndNoElementIsLost() {
        start();
        start("south", ModuleReceiver.withKey(KEY));
        deploy(Jars.adding("garden", "grow", 1));
        List<Integer> results = new CopyOnWriteArrayList<>();
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        Flux<Integer> source = Flux.range(0, 200_000)
                .transform(canvas.withWindow(64).map(GROW))
                .limitRate(64);
        Disposable stream = source.subscribe(results::add, errors::add);
        await(() -> results.size() > 200);
        List<DeploymentEvent> events = deploy(Jars.adding("garden", "grow", 1_000_000));
        int then = results.size();
        await(() -> results.size() > then + 500);
        stream.dispose();
        assertThat(events).hasSize(2).allMatch(DeploymentEvent.Deployed.class::isInstance);
        assertThat(errors).isEmpty();
        List<Integer> all = List.copyOf(results);
        assertThat(IntStream.range(0, all.size()).map(i -> all.get(i) - i))
                .as("each element has one result, in its place")
                .containsOnly(1, 1_000_000);
        assertThat(IntStream.range(then + 128, all.size()).map(i -> all.get(i) - i))
                .containsOnly(1_000_000);
    }

    @Test
    void aTaskThatRunsFinishesOnTheVersionThatItBeganWith() {
        start();
        String body = "public static class Late { public int value() { return %d; } }"
                + "@TaskMethod public int grow(@Param(\"x\") int x) throws Exception {"
                + " if (x == 0) { io.broccoli.deploy.Seen.waitThere(); } return new Late().value(); }";
        deploy(Module.ofJar("garden", Jars.ofBody(body.formatted(1))));
        Mono<Integer> waiting = canvas.run(GROW.s(0)).cache();
        Disposable asked = waiting.subscribe();
        try {
            assertThat(Seen.BEGUN.await(20, java.util.concurrent.TimeUnit.SECONDS))
                    .isTrue();
            deploy(Module.ofJar("garden", Jars.ofBody(body.formatted(2))));
            assertThat(grow(1)).isEqualTo(2);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            Seen.GATE.countDown();
        }
        assertThat(waiting.block(BOUND))
                .as("with a class that it had not loaded yet")
                .isEqualTo(1);
        asked.dispose();
    }

    @Test
    void ofAHundredVersionsOnlyTheLastRemains() {
        start();
        Seen.LOADERS.clear();
        Module garden = Module.ofJar(
                "garden",
                Jars.ofBody("static { io.broccoli.deploy.Seen.loaded(Tasks.class.getClassLoader()); }"
                        + "public record Plant(int height) {}"
                        + "@TaskMethod public Plant grow(@Param(\"plant\") Plant plant) {"
                        + " return new Plant(plant.height() + 1); }"));
        for (int i = 0; i < 100; i++) {
            assertThat(deploy(garden.withVersion("version " + i)).get(0)).isInstanceOf(DeploymentEvent.Deployed.class);
            assertThat(canvas.run(Task.of("grow").s(Map.of("height", i))).block(BOUND))
                    .as("by way of Jackson, which remembers classes")
                    .isEqualTo(Map.of("height", i + 1));
        }
        assertThat(Seen.LOADERS).hasSize(100);
        await(() -> {
            System.gc();
            return Seen.LOADERS.stream().filter(loader -> loader.get() != null).count() <= 1;
        });
        assertThat(installed("north")).hasSize(1);
    }

    @Test
    void modulesAreThereAfterARestartAndWhatEndedTheProcessTwiceIsNot() throws IOException {
        ModuleReceiver receiver = ModuleReceiver.withKey(KEY).withFolder(folder);
        start("north", receiver);
        Module garden = Jars.adding("garden", "grow", 1);
        Module first = Jars.adding("shed", "keep", 1);
        deploy(first);
        deploy(garden);
        Module shed = Jars.adding("shed", "keep", 2);
        deploy(shed);
        nodes.get(0).close();
        try (java.util.stream.Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith(".jar")))
                    .as("the older version is gone")
                    .hasSize(2);
        }
        start("north", receiver);
        assertThat(grow(1)).isEqualTo(2);
        assertThat(installed("north")).isEqualTo(Map.of("garden", garden.version(), "shed", shed.version()));
        nodes.get(1).close();

        String mark = "garden " + garden.version() + "\n";
        Files.writeString(folder.resolve("loading"), mark + mark, StandardOpenOption.APPEND);
        start("north", receiver);
        assertThat(installed("north"))
                .isEqualTo(Map.of("garden", garden.version() + " (disabled)", "shed", shed.version()));
        assertThat(failure(garden)).contains("this version brought the node down twice");
        assertThat(deploy(Jars.adding("garden", "grow", 7)).get(0)).isInstanceOf(DeploymentEvent.Deployed.class);
        assertThat(grow(1)).isEqualTo(8);
    }

    @Test
    void aModuleThatCannotBeKeptIsNotOffered() throws IOException {
        start("north", ModuleReceiver.withKey(KEY).withFolder(folder));
        deploy(Jars.adding("garden", "grow", 1));
        Files.createDirectory(folder.resolve("modules.new")); // in the way of the list
        assertThat(failure(Jars.adding("garden", "grow", 2))).contains("modules.new");
        assertThat(grow(1)).isEqualTo(2);
        Files.delete(folder.resolve("modules.new"));
        assertThat(deploy(Jars.adding("garden", "grow", 2)).get(0)).isInstanceOf(DeploymentEvent.Deployed.class);
        assertThat(grow(1)).isEqualTo(3);
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(50))
                .onBackpressureDrop()
                .filter(tick -> condition.getAsBoolean())
                .blockFirst(BOUND);
    }
}
