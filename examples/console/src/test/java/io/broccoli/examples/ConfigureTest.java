package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import io.broccoli.deploy.BoardSettings;
import io.broccoli.deploy.DeploymentEvent;
import io.broccoli.deploy.Module;
import io.broccoli.deploy.Modules;
import io.broccoli.task.TaskException;
import io.broccoli.transport.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** New settings for boards that run; each test has a board of its own. */
@DisabledIfSystemProperty(named = "firmware.skip", matches = "true", disabledReason = "boards are left out")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfigureTest {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String CLUSTER = "configured";
    private static final String KEY = "a secret of the cluster";

    private Path folder;
    private Path key;
    private Boards boards;
    private Cluster client;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        key = write("key", KEY + "\n");
        boards = TestBoards.start(
                URI.create(TestBroker.uri()), CLUSTER, 5, Map.of(DeployKey.VARIABLE, KEY), "--prefix", "b");
        client = Cluster.connect(ClusterOptions.of(TestBroker.uri()).withCluster(CLUSTER));
        client.awaitNodes(5, BOUND).block();
    }

    @AfterAll
    void stop() {
        client.close();
        boards.close();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Cli.Result command(String broker, Path key, String... args) {
        return Cli.run(Stream.concat(
                        Stream.of(args),
                        Stream.of("--broker", broker, "--cluster", CLUSTER, "--key-file", key.toString()))
                .toArray(String[]::new));
    }

    private NodeInfo info(String board) {
        return find(board).orElseThrow();
    }

    private Optional<NodeInfo> find(String board) {
        return client.nodes().stream().filter(each -> each.name().equals(board)).findFirst();
    }

    private void await(String board, boolean isThere) {
        client.awaitNodes(
                        nodes -> find(board)
                                        .filter(node -> node.state() == NodeState.ACTIVE)
                                        .isPresent()
                                == isThere,
                        BOUND)
                .block();
    }

    private DeploymentEvent deploy(String board, String secret) {
        Module module = Module.of("rotated", "from broccoli import task\n\n\n@task\ndef rotated(x):\n    return x\n");
        return Objects.requireNonNull(Modules.on(client, secret)
                .withNodes(board)
                .deploy(module)
                .filter(event -> !(event instanceof DeploymentEvent.Progress))
                .blockLast(BOUND));
    }

    @Test
    void theCommandSendsSettingsAndConfirmsThem() throws Exception {
        Path file = write("settings.json", "{\n  \"queue\": 3,\n  \"offline\": 200000\n}\n");
        Cli.Result result = command(TestBroker.uri(), key, "configure", file.toString(), "--nodes", "b1");
        assertThat(result.err()).isEqualTo("broccoli: b1 gets its settings, and restarts\n");
        assertThat(result.lines()).containsExactly("b1  configured");
        assertThat(result.status()).isZero();
        assertThat(info("b1").queue()).isEqualTo(3);

        Cli.Result again = command(TestBroker.uri(), key, "configure", file.toString(), "--nodes", "b1", "--json");
        assertThat(again.lines()).containsExactly("{\"node\":\"b1\",\"configured\":true}");
        assertThat(again.err()).isEmpty();

        boards.command("kill b1");
        await("b1", false);
        boards.command("start b1");
        await("b1", true);
        assertThat(info("b1").queue()).isEqualTo(3);
    }

    @Test
    void settingsWithWhichABoardFindsNoBrokerAreGivenUpAndTheCommandSaysWhyAndTriesNoOtherBoard() throws Exception {
        Path file = write("lost.json", "{\"broker\": \"127.0.0.1:1\", \"queue\": 3}");
        Cli.Result result = command(
                TestBroker.uri(), key, "configure", file.toString(), "--nodes", "b2,b1", "--trial", "3s", "--quiet");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .startsWith("broccoli: b2  failed: TASK_FAILED: Refused: the board has its older settings again: no"
                        + " broker was reached (")
                .contains(" within 3 s")
                .doesNotContain("b1");
        assertThat(info("b2").queue()).isEqualTo(8);
    }

    @Test
    void aBoardMovesToAnotherBrokerIfTheCommandIsConnectedToBoth() throws Exception {
        try (EmbeddedBroker other = EmbeddedBroker.start()) {
            Path there = write(
                    "there.json", "{\"broker\": \"127.0.0.1:" + other.uri().getPort() + "\"}");
            Path back = write("back.json", "{\"broker\": null}");
            String both = TestBroker.uri() + "+" + other.uri();
            assertThat(command(both, key, "configure", there.toString(), "--nodes", "b3")
                            .lines())
                    .containsExactly("b3  configured");
            assertThat(find("b3")).as("at its older broker").isEmpty();
            assertThat(command(both, key, "configure", back.toString(), "--nodes", "b3")
                            .lines())
                    .containsExactly("b3  configured");
            await("b3", true);
        }
    }

    @Test
    void theKeyOfABoardIsReplacedAndTheOlderOneIsOfNoUseAnyMore() throws Exception {
        Path newKey = write("new-key", "another secret \"of\" the cluster\n");
        Cli.Result result =
                command(TestBroker.uri(), key, "configure", "--nodes", "b4", "--new-key-file", newKey.toString());
        assertThat(result.lines()).containsExactly("b4  configured");
        assertThat(((DeploymentEvent.Failed) deploy("b4", KEY)).text()).contains("the signature is wrong");
        assertThat(deploy("b4", "another secret \"of\" the cluster")).isInstanceOf(DeploymentEvent.Deployed.class);
        Cli.Result back = command(
                TestBroker.uri(), newKey, "configure", "--nodes", "b4", "--new-key-file", key.toString(), "--quiet");
        assertThat(back.lines()).containsExactly("b4  configured");
        assertThat(deploy("b4", KEY)).isInstanceOf(DeploymentEvent.Present.class);
    }

    @Test
    void whatABoardRefusesIsToldAndNothingChanges() {
        BoardSettings settings = BoardSettings.on(client, KEY);
        long life = info("b5").bootEpoch();
        assertRefused(BoardSettings.on(client, "another"), "b5", "{\"queue\": 3}", "the signature is wrong");
        assertRefused(settings, "b5", "{\"quue\": 3}", "no setting is called quue");
        assertRefused(settings, "b5", "{\"name\": \"b6\"}", "name cannot be changed with the settings");
        assertRefused(settings, "b5", "{\"hostname\": \"" + "x".repeat(1000) + "\"}", "send them in several parts");
        assertRefused(settings, "b9", "{}", "There is no such node");
        assertThat(info("b5").bootEpoch()).isEqualTo(life);
        assertThat(info("b5").queue()).isEqualTo(8);
    }

    private static void assertRefused(BoardSettings settings, String board, String json, String why) {
        assertThatThrownBy(() -> settings.configure(board, json).block(BOUND))
                .isInstanceOf(TaskException.class)
                .hasMessageContaining(why);
    }
}
