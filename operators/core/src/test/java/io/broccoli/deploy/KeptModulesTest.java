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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node keeps in its folder, and what somebody else puts there. */
class KeptModulesTest {

    private static final String KEY = "a secret";
    private static final String NEWER = "a newer secret";
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ClusterOptions base = ClusterOptions.of("memory:kept-" + COUNT.incrementAndGet());
    private final Cluster cluster = Cluster.connect(base.withMember("client"));
    private final Canvas canvas = Canvas.on(cluster).withTimeout(BOUND);
    private @Nullable Node node;

    @TempDir
    Path temporary;

    private Path folder() {
        return temporary.resolve("modules");
    }

    private void start(ModuleReceiver receiver) {
        start("north", receiver);
    }

    private void start(String name, ModuleReceiver receiver) {
        stopNode();
        node = Node.start(
                base.withMember(name),
                NodeOptions.DEFAULTS.withWorkers(1),
                TaskRegistry.builder().build());
        receiver.withFolder(folder()).on(node).block(BOUND);
        cluster.awaitNodes(
                        known -> known.stream()
                                .anyMatch(each -> each.name().equals(name) && ModuleKind.JAR.isTakenBy(each)),
                        BOUND)
                .block();
    }

    private void stopNode() {
        if (node != null) {
            node.close();
            cluster.awaitNodes(List::isEmpty, BOUND).block();
        }
    }

    @AfterEach
    void stop() {
        cluster.close();
        if (node != null) {
            node.close();
        }
    }

    private DeploymentEvent deploy(Module module, String key) {
        return Objects.requireNonNull(Modules.on(cluster, key).deploy(module).blockLast(BOUND));
    }

    private void deployed(Module module) {
        assertThat(deploy(module, KEY)).isInstanceOf(DeploymentEvent.Deployed.class);
    }

    private Map<String, String> installed(String name) {
        return Objects.requireNonNull(Modules.installed(cluster, name, BOUND).block());
    }

    private int grow() {
        return Objects.requireNonNull(
                canvas.run(Task.of("grow", Integer.class).s(1)).block(BOUND));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder())) {
            return all.sorted().toList();
        }
    }

    private Path jar() throws IOException {
        return files().stream()
                .filter(each -> each.toString().endsWith(".jar"))
                .findFirst()
                .orElseThrow();
    }

    private void rewrite(String from, String to) throws IOException {
        Path list = folder().resolve("modules");
        String text = Files.readString(list);
        assertThat(text).contains(from);
        Files.writeString(list, text.replace(from, to));
    }

    private void assertLeftOut(String name, String version) {
        assertThat(installed("north")).isEqualTo(Map.of(name, version + " (disabled)"));
        assertThatThrownBy(this::grow).hasMessageContaining("UNKNOWN_TASK");
    }

    @Test
    void aJarThatWasReplacedDoesNotRunUnderTheNameOfTheOther() throws IOException {
        ModuleReceiver receiver = ModuleReceiver.withKey(KEY);
        start(receiver);
        Module good = Jars.adding("garden", "grow", 1).withVersion("first");
        deployed(good);
        start(receiver);
        assertThat(grow()).isEqualTo(2);
        Module evil = Jars.adding("garden", "grow", 666);
        byte[] before = Files.readAllBytes(jar());
        Files.write(jar(), evil.piece(0, evil.size()));
        start(receiver);
        assertLeftOut("garden", "first");
        Files.write(jar(), before);
        rewrite(" first\n", " second\n");
        start(receiver);
        assertLeftOut("garden", "second");
        rewrite(" second\n", " first\n");
        rewrite("garden garden", "shed garden");
        start(receiver);
        assertLeftOut("shed", "first");
        rewrite("shed garden", "garden garden");
        start(receiver);
        assertThat(grow()).isEqualTo(2);
        Files.write(jar(), new byte[Module.MAX_SOURCE + 1]);
        start(receiver);
        assertLeftOut("garden", "first");
        deployed(good);
        assertThat(grow()).isEqualTo(2);
    }

    @Test
    void whatAnotherNodeKeptIsNotKnownAgain() {
        start(ModuleReceiver.withKey(KEY));
        deployed(Jars.adding("garden", "grow", 1).withVersion("1"));
        start("south", ModuleReceiver.withKey(KEY));
        assertThat(installed("south")).isEqualTo(Map.of("garden", "1 (disabled)"));
    }

    @Test
    void aListOfAnOlderReleaseIsReadAndItsModulesMustBeDeployedAgain() throws IOException {
        start(ModuleReceiver.withKey(KEY));
        Module module = Jars.adding("garden", "grow", 1).withVersion("version 1");
        deployed(module);
        stopNode();
        Files.writeString(folder().resolve("modules"), "1764550000000\ngarden " + jar().getFileName() + " version 1\n");
        start(ModuleReceiver.withKey(KEY));
        assertLeftOut("garden", "version 1");
        deployed(module);
        start(ModuleReceiver.withKey(KEY));
        assertThat(grow()).isEqualTo(2);
    }

    @Test
    void aListThatNamesFilesElsewhereOrIsNoneIsToldToWhoStartsTheNode() throws IOException {
        start(ModuleReceiver.withKey(KEY));
        deployed(Jars.adding("garden", "grow", 1));
        String good = Files.readString(folder().resolve("modules"));
        for (String bad : List.of(
                good.replace("garden-", "../garden-"),
                good.replace("garden-", "/elsewhere/garden-"),
                good.replace("modules 2", "what is this"),
                "modules 2\ngarden\n",
                good.replaceAll("garden-.{16}\\.jar", "garden/../../not-a-jar2.jar"), // of the same length
                good.replaceAll("garden (garden-.*) .*", "garden $1 1\\\u0007"),
                "modules 2\ngarden garden-0123456789abcdef.jar nothex 1\n")) {
            assertThat(bad).isNotEqualTo(good);
            stopNode();
            Files.writeString(folder().resolve("modules"), bad);
            assertThatThrownBy(() -> start(ModuleReceiver.withKey(KEY)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("is no list of modules");
        }
    }

    @Test
    void filesAreTheOwners() throws IOException {
        start(ModuleReceiver.withKey(KEY));
        deployed(Jars.adding("garden", "grow", 1));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
        assertThat(files()).hasSize(3).allSatisfy(file -> assertThat(
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .as(file.toString())
                .isEqualTo("rw-------"));
        Path left = folder().resolve("modules.new"); // by a crash, of who had other ideas
        Files.write(left, new byte[0], StandardOpenOption.CREATE_NEW);
        Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("rw-rw-rw-"));
        deployed(Jars.adding("garden", "grow", 2));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve("modules"))))
                .isEqualTo("rw-------");
    }

    @Test
    void twoKeysAreValidWhileTheyAreRotated() {
        start(ModuleReceiver.withKey(KEY));
        deployed(Jars.adding("garden", "grow", 1));
        start(ModuleReceiver.withKey(NEWER).withOlderKey(KEY));
        assertThat(grow()).isEqualTo(2);
        deployed(Jars.adding("garden", "grow", 2));
        assertThat(deploy(Jars.adding("garden", "grow", 3), NEWER)).isInstanceOf(DeploymentEvent.Deployed.class);
        deployed(Jars.adding("shed", "keep", 1));
        start(ModuleReceiver.withKey(NEWER));
        assertThat(grow()).isEqualTo(4);
        assertThat(installed("north")).hasSize(2).allSatisfy((name, version) -> assertThat(version)
                .doesNotContain("disabled"));
        assertThat(((DeploymentEvent.Failed) deploy(Jars.adding("garden", "grow", 5), KEY)).text())
                .contains("the signature is wrong");
        start(ModuleReceiver.withKey(KEY));
        assertThatThrownBy(this::grow).hasMessageContaining("UNKNOWN_TASK");
        assertThatThrownBy(() -> ModuleReceiver.withKey(KEY).withOlderKey("")).hasMessage("the key is empty");
    }

    @Test
    void aListThatIsOfTheKeyBeforeIsSignedWithTheNewerOneAtTheStart() {
        start(ModuleReceiver.withKey(KEY));
        deployed(Jars.adding("garden", "grow", 1));
        start(ModuleReceiver.withKey(NEWER).withOlderKey(KEY));
        start(ModuleReceiver.withKey(NEWER));
        assertThat(grow()).isEqualTo(2);
    }
}
