package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.network.Relay;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.transport.broker.EmbeddedBroker;
import io.broccoli.transport.broker.EmbeddedBroker.Options;
import io.broccoli.transport.mqtt.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The commands that connect in several names, at a broker where each user is one member. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class LockedStandInsTest {

    @TempDir
    static Path folder;

    private static Path members;
    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        Path users = folder.resolve("passwords");
        members = folder.resolve("members");
        String[] names = {"relay", "ann", "far", "boards", "board-1", "board-2"};
        for (String name : names) {
            assertThat(Cli.run("user", name, "--users", users.toString(), "--credentials", members.toString())
                            .status())
                    .isZero();
        }
        broker = EmbeddedBroker.start(Options.DEFAULTS.withUsers(users));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static String password(String name) throws IOException {
        return Files.readAllLines(members).stream()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 1);
    }

    private static Node nodeOverTcp(String uri, String name) {
        return Node.start(
                ClusterOptions.of(uri).withCluster("relayed").withMember(name),
                NodeOptions.DEFAULTS.withWorkers(1),
                BuiltInTasks.registry());
    }

    @Test
    void aRelayStandsInForWhoeverHasCredentialsAndNamesWhoHasNone() throws Exception {
        String tcp = "tcp://127.0.0.1:" + Ports.free();
        String[] relaying = {
            "relay",
            "--cluster",
            "relayed",
            "--broker",
            tcp + "+" + broker.uri(),
            "--username",
            "relay",
            "--credentials",
            members.toString()
        };
        Cli.listening(log -> {
            try (Cli.Running relay = Cli.start(relaying);
                    Node far = nodeOverTcp(tcp, "far");
                    Node unknown = nodeOverTcp(tcp, "unknown")) {
                Cli.Result sum = Cli.run(
                        "run",
                        "add.s(1, 2)",
                        "--cluster",
                        "relayed",
                        "--broker",
                        broker.uri().toString(),
                        "--username",
                        "ann",
                        "--password",
                        password("ann"));
                assertThat(sum.out()).as(sum.err()).contains("3");
                assertThat(far.stats().succeeded()).isEqualTo(1);
                await().atMost(Duration.ofSeconds(20)).until(() -> log.get()
                        .contains("relay: has no password of member 'unknown', which is on " + tcp));
                assertThat(unknown.stats().succeeded()).isZero();
                assertThat(relay.result()).isNotDone();
            }
        });
    }

    @Test
    void aSecondRelayOfTheSameUsersIsToldSo() throws Exception {
        ConnectOptions secret = ConnectOptions.DEFAULTS;
        ClusterOptions there = ClusterOptions.of(broker.uri().toString())
                .withCluster("two")
                .withConnect(
                        secret.withCredentials("ann", password("ann")).withPasswords(Map.of("far", password("far"))));
        String tcp = "tcp://127.0.0.1:" + Ports.free();
        ClusterOptions here = ClusterOptions.of(tcp).withCluster("two");
        Cli.listening(log -> {
            try (Node far = Node.start(
                            here.withMember("far"), NodeOptions.DEFAULTS.withWorkers(1), BuiltInTasks.registry());
                    Relay one = Relay.between(List.of(here.withMember("ann"), there.withMember("ann")));
                    Relay two = Relay.between(List.of(
                            here.withMember("relay"),
                            there.withConnect(secret.withCredentials("relay", password("relay"))
                                            .withPasswords(Map.of("far", password("far"))))
                                    .withMember("relay")))) {
                await().atMost(Duration.ofSeconds(40))
                        .until(() -> log.get().contains("One user is one member at a time: run one relay"));
                assertThat(List.of(one.name(), two.name(), far.name())).containsExactly("ann", "relay", "far");
            }
        });
    }

    @Test
    void aNameWithoutCredentialsIsNamedBeforeAnyBoardStarts() {
        Cli.Result missing = devices("3");
        assertThat(missing.err()).contains(members + " has no line 'name:password' of board-3");
        assertThat(missing.status()).isEqualTo(2);
    }

    private static Cli.Result devices(String count) {
        return Cli.run(
                "devices",
                "--count",
                count,
                "--cluster",
                "simulated",
                "--broker",
                broker.uri().toString(),
                "--username",
                "boards",
                "--credentials",
                members.toString());
    }

    @Test
    @Timeout(120) // boards that are started again do not end
    @DisabledIfSystemProperty(named = "firmware.skip", matches = "true", disabledReason = "boards are left out")
    void boardsUseTheirOwnCredentialsAndASecondProcessIsToldSo() throws Exception {
        try (Boards boards = TestBoards.start(broker.uri(), "simulated", 2, "--credentials", members.toString())) {
            Cli.Result sum = Cli.run(
                    "run",
                    "add.s(1, 2)",
                    "--cluster",
                    "simulated",
                    "--broker",
                    broker.uri().toString(),
                    "--username",
                    "ann",
                    "--password",
                    password("ann"));
            assertThat(sum.out()).as(sum.err()).contains("3");
            Cli.Result second = devices("2");
            assertThat(second.err()).contains("is a member of cluster 'simulated' already", "one member at a time");
            assertThat(second.status()).isEqualTo(1);
            assertThat(boards.isOver()).isFalse();
        }
    }
}
