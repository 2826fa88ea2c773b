package io.broccoli.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.Task;
import io.broccoli.task.TaskRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** Jars whose classes throw whatever they like, or never get ready: the deployment fails, and the node serves on. */
@Timeout(60)
class RudeModulesTest {

    private static final String KEY = "a secret";
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Duration LONGEST_LOAD = Duration.ofSeconds(1);
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String TASK = " @TaskMethod public int grow(@Param(\"x\") int x) { return x + 1; }";

    /** An exception that cannot be asked anything. */
    private static final String MUTE = "static class Mute extends RuntimeException {"
            + " @Override public String getMessage() { throw new IllegalStateException(); }"
            + " @Override public String toString() { throw new IllegalStateException(); }"
            + " @Override public StackTraceElement[] getStackTrace() { return null; } } ";

    private final ClusterOptions base = ClusterOptions.of("memory:rude-modules-" + COUNT.incrementAndGet());
    private final Cluster cluster = Cluster.connect(base.withMember("client"));
    private final Canvas canvas = Canvas.on(cluster).withTimeout(BOUND);
    private final ModuleReceiver receiver = ModuleReceiver.withKey(KEY).withLongestLoad(LONGEST_LOAD);

    private Node node;

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        Seen.stubborn = new CountDownLatch(1);
        start(receiver);
    }

    private void start(ModuleReceiver with) {
        TaskRegistry own = TaskRegistry.builder()
                .task("plain", "x", Integer.class, x -> -x)
                .build();
        node = Node.start(base.withMember("north"), NodeOptions.DEFAULTS.withWorkers(1), own);
        with.on(node).block(BOUND);
        cluster.awaitNodes(known -> known.stream().anyMatch(ModuleKind.JAR::isTakenBy), BOUND)
                .block();
    }

    @AfterEach
    void stop() {
        Seen.stubborn.countDown();
        cluster.close();
        node.close();
    }

    private static Module module(String name, String body) {
        return Module.ofJar(name, Jars.ofBody(body + TASK));
    }

    private List<DeploymentEvent> deploy(Module module) {
        return Objects.requireNonNull(Modules.on(cluster, KEY)
                .deploy(module)
                .filter(event -> !(event instanceof DeploymentEvent.Progress))
                .collectList()
                .block(BOUND));
    }

    private String failure(Module module) {
        DeploymentEvent end = deploy(module).get(0);
        assertThat(end).isInstanceOf(DeploymentEvent.Failed.class);
        return ((DeploymentEvent.Failed) end).text();
    }

    private void assertServes() {
        assertThat(canvas.run(Task.of("plain").s(7)).block(BOUND)).isEqualTo(-7);
        Module good = Jars.adding("good", "better", 1);
        deploy(good);
        assertThat(canvas.run(Task.of("better").s(7)).block(BOUND)).isEqualTo(8);
        assertThat(Modules.installed(cluster, "north", BOUND).block()).isEqualTo(Map.of("good", good.version()));
    }

    private static long loaders() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("broccoli-north-loads-"))
                .count();
    }

    private static void await(BooleanSupplier condition) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(10))
                .onBackpressureDrop()
                .filter(tick -> condition.getAsBoolean())
                .blockFirst(BOUND);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    java.lang.IllegalStateException("no mood")  | java.lang.IllegalStateException: no mood
                    java.lang.AssertionError("never")           | java.lang.AssertionError: never
                    java.lang.StackOverflowError("too deep")    | java.lang.StackOverflowError: too deep
                    java.lang.NoClassDefFoundError("a/b")       | java.lang.NoClassDefFoundError: a/b
                    java.lang.ThreadDeath()                     | java.lang.ThreadDeath
                    Mute()                                      | garden.Tasks$Mute (its getMessage threw java.lang.IllegalStateException)
                    """)
    void whateverAnInitializerOrAConstructorThrowsIsToldWithItsClassAndPlace(String thrown, String told) {
        String statement = "{ if (true) throw new " + thrown + "; }";
        assertThat(failure(module("garden", MUTE + statement)))
                .contains(
                        "TASK_FAILED: the constructor of garden.Tasks failed: " + told,
                        "task deploy.commit on node north");
        String initialized = failure(module("garden", MUTE + "static " + statement));
        assertThat(initialized).contains(told).contains("garden.Tasks cannot be");
        assertServes();
    }

    @Test
    void aSmuggledExceptionOfAConstructorIsToldToo() {
        assertThat(failure(module(
                        "garden", "public Tasks() throws Exception { throw new java.io.IOException(\"no disk\"); }")))
                .contains("the constructor of garden.Tasks failed: java.io.IOException: no disk")
                .contains("at garden//garden.Tasks.<init>(Tasks.java:");
        assertServes();
    }

    @Test
    void aClassThatNeedsAMissingOneIsTold() {
        byte[] jar = Jars.ofBody("public static class Late { } public Late late() { return null; }" + TASK);
        assertThat(failure(Module.ofJar("garden", Jars.without(jar, "garden/Tasks$Late.class"))))
                .contains("the class garden.Tasks cannot be used: java.lang.NoClassDefFoundError: garden/Tasks$Late");
        assertServes();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    static int x = io.broccoli.deploy.Seen.%s();  | the initializer of garden.Tasks
                    int x = io.broccoli.deploy.Seen.%s();         | the constructor of garden.Tasks
                    """)
    void whatDoesNotGetReadyInTimeIsToldWithItsPlace(String body, String what) {
        int before = Seen.INTERRUPTED.get();
        assertThat(failure(module("garden", body.formatted("block"))))
                .contains(what + " did not return within 1000 ms; it is at ")
                .contains("io.broccoli.deploy.Seen.block(Seen.java:");
        assertServes();
        assertThat(failure(module("garden", body.formatted("sleep")))).contains(what + " did not return");
        await(() -> Seen.INTERRUPTED.get() == before + 1);
        assertServes();
        Seen.stubborn.countDown();
        await(() -> loaders() == 0);
    }

    @Test
    void onlySoManyThreadsAreLostToModulesThatNeverGetReady() {
        for (int i = 0; i < Loading.MOST_STUCK; i++) {
            assertThat(failure(module("garden", "int x = io.broccoli.deploy.Seen.block() + " + i + ";")))
                    .contains("did not return");
        }
        assertThat(loaders()).isEqualTo(Loading.MOST_STUCK);
        assertThat(failure(Jars.adding("good", "better", 1)))
                .contains("node north loads no more modules", "restart the node");
        assertThat(loaders()).isEqualTo(Loading.MOST_STUCK);
        Seen.stubborn.countDown();
        await(() -> loaders() == 0);
        assertServes();
    }

    @Test
    void anErrorOfTheVmIsToldAndTheNodeLeaves() throws Exception {
        assertThat(failure(module("garden", "{ if (true) throw new OutOfMemoryError(\"all of it\"); }")))
                .contains("the constructor of garden.Tasks failed: java.lang.OutOfMemoryError: all of it");
        cluster.awaitNodes(List::isEmpty, BOUND).block();
    }

    @Test
    void aModuleThatDoesNotGetReadyAtTheStartIsLeftOutAndOneThatEndsTheNodeIsSuspected() throws Exception {
        node.close();
        ModuleReceiver kept = receiver.withFolder(folder);
        start(kept);
        Module garden = module("garden", "int x = io.broccoli.deploy.Seen.block();");
        Seen.stubborn.countDown();
        deploy(garden);
        node.close();
        Seen.stubborn = new CountDownLatch(1);
        start(kept);
        assertThat(Modules.installed(cluster, "north", BOUND).block())
                .isEqualTo(Map.of("garden", garden.version() + " (disabled)"));
        assertThat(Files.readString(folder.resolve("loading"))).isEmpty();
        failure(module("garden", "{ if (true) throw new OutOfMemoryError(); }"));
        assertThat(Files.readString(folder.resolve("loading")))
                .startsWith("garden "); // until it is known to do no harm
    }

    @Test
    void aFolderWhoseModuleIsAnErrorOfTheVmIsToldToWhoStartsTheNode() throws Exception {
        node.close();
        ModuleReceiver kept = receiver.withFolder(folder);
        start(kept);
        Module garden =
                module("garden", "{ if (io.broccoli.deploy.Seen.harmful) throw new OutOfMemoryError(\"all\"); }");
        deploy(garden);
        node.close();
        Seen.harmful = true;
        try {
            assertThatThrownBy(() -> start(kept))
                    .isInstanceOf(VirtualMachineError.class)
                    .hasMessageContaining("all");
        } finally {
            Seen.harmful = false;
        }
    }
}
