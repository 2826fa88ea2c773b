package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broccoli.transport.broker.EmbeddedBroker;
import io.broccoli.transport.broker.EmbeddedBroker.Options;
import io.broccoli.transport.contract.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/security.md with the embedded broker: a file of users and a certificate lock a cluster that works. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class LockedEmbeddedTest {

    private static final Path RULES = Path.of("../../docs/security/mosquitto.acl");

    @TempDir
    static Path folder;

    private static Certificates certificates;
    private static Path users;
    private static Map<String, String> passwords;
    private static EmbeddedBroker locked;

    @BeforeAll
    static void start() throws Exception {
        certificates = new Certificates(folder).issue("broker", "EC");
        users = folder.resolve("passwords");
        Path credentials = folder.resolve("members");
        Cli.Result made = Cli.run(
                "user",
                "node-1",
                "ann",
                "mallory",
                "--users",
                users.toString(),
                "--credentials",
                credentials.toString());
        assertThat(made.status()).as(made.err()).isZero();
        passwords = Files.readAllLines(credentials).stream()
                .map(line -> line.split(":", 2))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
        locked = EmbeddedBroker.start(options().withHost("0.0.0.0").withUsers(users));
    }

    @AfterAll
    static void stop() {
        locked.close();
    }

    private static Options options() {
        return Options.DEFAULTS.withTls(certificates.certificate("broker"), certificates.key("broker"));
    }

    private static String[] as(String user, EmbeddedBroker broker, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(
                "--broker",
                broker.uri().toString(),
                "--ca",
                certificates.ca().toString(),
                "--username",
                user,
                "--password",
                passwords.get(user)));
        return all.toArray(String[]::new);
    }

    @Test
    void aClusterWorksAndAnAttackerInsideHarmsNobodyElse() throws Exception {
        assertThat(locked.uri()).hasScheme("mqtts");
        try (Cli.Running node = Cli.start(as("node-1", locked, "node"))) {
            Cli.Result sum = Cli.run(as("ann", locked, "run", "add.s(1, 2)"));
            assertThat(sum.out()).as(sum.err()).contains("3");
            // A member with credentials of its own, as a node that is there.
            Cli.Result posing = Cli.run(as("mallory", locked, "check", "--name", "node-1", "--locked"));
            assertThat(posing.status()).isEqualTo(1);
            assertThat(posing.out()).contains("MISSING  log in", "does not accept the client id 'default:node-1'");
            assertThat(Cli.run(as("ann", locked, "run", "add.s(2, 2)")).out()).contains("4");
            assertThat(Cli.run(as("ann", locked, "nodes")).out()).contains("node-1", "ACTIVE");
            assertThat(node.result()).isNotDone();
        }
    }

    @Test
    void eachUserCanBeItsMemberAndNoOther() {
        Cli.Result checked = Cli.run(as("ann", locked, "check", "--locked"));
        assertThat(checked.out()).doesNotContain("MISSING", "OPEN").contains("and no other one");
        assertThat(checked.status()).isZero();
    }

    @Test
    void strangersAreRefused() {
        Cli.Result stranger = Cli.run(
                "check",
                "--broker",
                locked.uri().toString(),
                "--ca",
                certificates.ca().toString(),
                "--timeout",
                "3s");
        assertThat(stranger.out()).contains("MISSING  log in and subscribe", "it wants a user name");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            write broccoli/+/i/+/%u    | MISSING  send and receive frames
            read broccoli/+/i/%u/#     | MISSING  log in and subscribe
            readwrite broccoli/+/p/%u  | MISSING  announce itself
            read broccoli/+/p/+        | MISSING  log in and subscribe
            readwrite broccoli/+/hello | MISSING  log in and subscribe
            """)
    void eachRuleIsNeeded(String rule, String told) throws IOException {
        Path rules = folder.resolve("rules");
        Files.write(
                rules,
                Files.readAllLines(RULES).stream()
                        .filter(line -> !line.contains(rule))
                        .toList());
        try (EmbeddedBroker broker = EmbeddedBroker.start(options().withUsers(users, rules))) {
            Cli.Result checked = Cli.run(as("ann", broker, "check", "--locked", "--timeout", "1s"));
            assertThat(checked.out()).contains(told);
            assertThat(checked.status()).isEqualTo(1);
        }
    }

    /** The rules of the file, where those of one user are other ones. */
    private static Path rulesBut(String user, String... own) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String each : List.of("node-1", "ann")) {
            lines.add("user " + each);
            Files.readAllLines(RULES).stream()
                    .filter(line -> line.startsWith("pattern ") && !each.equals(user))
                    .map(line -> line.replace("pattern", "topic").replace("%u", each))
                    .forEach(lines::add);
            if (each.equals(user)) {
                Stream.of(own).map(rule -> "topic " + rule).forEach(lines::add);
            }
        }
        return Files.write(Files.createTempFile(folder, "rules", ""), lines);
    }

    private static String[] rulesOf(String user, Predicate<String> holds) throws IOException {
        return Files.readAllLines(RULES).stream()
                .filter(line -> line.startsWith("pattern ") && holds.test(line))
                .map(line -> line.substring("pattern ".length()).replace("%u", user))
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            write broccoli/+/i/+/%u    | to write broccoli/default/i/+/node-1
            read broccoli/+/i/%u/#     | refused user 'node-1' a subscription under broccoli/default/i/node-1/,
            readwrite broccoli/+/p/%u  | do not allow this user to write broccoli/default/p/node-1
            read broccoli/+/p/+        | refused user 'node-1' a subscription under broccoli/default/i/node-1/, broccoli/default/p/
            readwrite broccoli/+/hello | or broccoli/default/hello; its access rules must allow them
            """)
    void aNodeThatLacksARuleNamesIt(String rule, String told) throws Exception {
        Path rules = rulesBut("node-1", rulesOf("node-1", line -> !line.contains(rule)));
        Cli.listening(log -> {
            try (EmbeddedBroker broker = EmbeddedBroker.start(options().withUsers(users, rules));
                    Cli.Running node = Cli.start(as("node-1", broker, "node"))) {
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(node.said() + log.get()).contains(told));
            }
        });
    }

    @Test
    void bothEndsNameTheRuleIfTheAnswersOfANodeMayNotBeWritten() throws Exception {
        String[] own = rulesOf("node-1", line -> !line.contains("pattern write broccoli/+/i/"));
        String[] withItself = Arrays.copyOf(own, own.length + 1); // and finds no fault
        withItself[own.length] = "write broccoli/+/i/node-1/node-1";
        Path rules = rulesBut("node-1", withItself);
        Cli.listening(log -> {
            try (EmbeddedBroker broker = EmbeddedBroker.start(options().withUsers(users, rules));
                    Cli.Running node = Cli.start(as("node-1", broker, "node"))) {
                Cli.Result sum = Cli.run(as("ann", broker, "run", "add.s(1, 2)", "--timeout", "6s"));
                assertThat(sum.err())
                        .contains("has not answered (nothing ever came from it: the access rules of broker 127.0.0.1:")
                        .contains("'node-1' read it and write broccoli/default/i/ann/node-1");
                assertThat(sum.status()).isEqualTo(1);
                assertThat(node.said() + log.get()).contains("write broccoli/default/i/ann/node-1");
                assertThat(node.result()).isNotDone();
            }
        });
    }

    /** The node sees no frame of the client, and clients have no presence: only the client can tell. */
    @Test
    void onlyTheClientNamesTheRuleIfItMayNotAsk() throws Exception {
        String[] own = rulesOf("ann", line -> !line.contains("pattern write broccoli/+/i/"));
        String[] withItself = Arrays.copyOf(own, own.length + 1);
        withItself[own.length] = "write broccoli/+/i/ann/ann";
        Path rules = rulesBut("ann", withItself);
        Cli.listening(log -> {
            try (EmbeddedBroker broker = EmbeddedBroker.start(options().withUsers(users, rules));
                    Cli.Running node = Cli.start(as("node-1", broker, "node"))) {
                Cli.Result sum = Cli.run(as("ann", broker, "run", "add.s(1, 2)", "--timeout", "3s"));
                assertThat(sum.err())
                        .contains("must let 'ann' write broccoli/default/i/node-1/ann, and 'node-1' read it");
                assertThat(log.get()).doesNotContain("'node-1' write", "heard none");
                assertThat(node.result()).isNotDone();
            }
        });
    }

    private static String[] certified(Certificates own, String user, EmbeddedBroker broker, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(
                "--broker", broker.uri().toString(), "--ca", certificates.ca().toString()));
        all.addAll(List.of(
                "--cert",
                own.certificate(user).toString(),
                "--key",
                own.key(user).toString()));
        return all.toArray(String[]::new);
    }

    @Test
    void aCertificateIsTheUserThatItNames() throws Exception {
        certificates.issue("node-1", "EC").issue("ann", "RSA");
        Certificates others = new Certificates(Files.createDirectory(folder.resolve("others"))).issue("ann", "EC");
        try (EmbeddedBroker broker =
                        EmbeddedBroker.start(options().withHost("0.0.0.0").withClientCertificates(certificates.ca()));
                Cli.Running node = Cli.start(certified(certificates, "node-1", broker, "node", "--name", "node-1"))) {
            Cli.Result sum = Cli.run(certified(certificates, "ann", broker, "run", "add.s(1, 2)", "--name", "ann"));
            assertThat(sum.out()).as(sum.err()).contains("3");
            Cli.Result checked = Cli.run(certified(certificates, "ann", broker, "check", "--locked", "--name", "ann"));
            assertThat(checked.out()).doesNotContain("MISSING", "OPEN").contains("and no other one");
            assertThat(checked.status()).isZero();
            Cli.Result posing =
                    Cli.run(certified(certificates, "ann", broker, "check", "--name", "node-1", "--timeout", "1s"));
            assertThat(posing.out()).contains("MISSING  log in", "does not accept the client id 'default:node-1'");
            Cli.Result stranger =
                    Cli.run(certified(others, "ann", broker, "check", "--name", "ann", "--timeout", "1s"));
            assertThat(stranger.out()).contains("MISSING  log in").doesNotContain("ok  ");
            Cli.Result password = Cli.run(as("ann", broker, "check", "--timeout", "1s"));
            assertThat(password.out()).contains("MISSING  log in").doesNotContain("ok  ");
            assertThat(node.result()).isNotDone();
        }
    }

    @Test
    void aPasswordWillDoInsteadOfACertificateIfThereAreUsers() throws Exception {
        certificates.issue("mallory", "EC");
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(options().withUsers(users).withClientCertificates(certificates.ca()))) {
            assertThat(Cli.run(as("ann", broker, "check", "--locked")).status()).isZero();
            assertThat(Cli.run(certified(certificates, "mallory", broker, "check", "--locked", "--name", "mallory"))
                            .status())
                    .isZero();
            String[] asAnn = as("ann", broker, "check", "--timeout", "1s", "--cert", "x", "--key", "y");
            asAnn[4] = certificates.certificate("mallory").toString();
            asAnn[6] = certificates.key("mallory").toString();
            assertThat(Cli.run(asAnn).out()).contains("MISSING  log in", "wrong user name or password");
        }
    }

    @Test
    void withOnePasswordForAllAMemberActsAsAnyOther() {
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(options().withCredentials("ann", Objects.requireNonNull(passwords.get("ann"))))) {
            Cli.Result checked = Cli.run(as("ann", broker, "check", "--locked"));
            assertThat(checked.out())
                    .contains("OPEN     not so: the client id belongs to the user")
                    .contains("OPEN     not so: frames of another name are not passed on")
                    .doesNotContain("MISSING");
            assertThat(checked.status()).isEqualTo(1);
        }
    }

    @Test
    void otherMachinesAreLetInWithUsersAndTlsOnly() {
        Cli.Result open = Cli.run("broker", "--host", "0.0.0.0", "--port", "0");
        assertThat(open.status()).isEqualTo(1);
        assertThat(open.err()).contains("does not listen at 0.0.0.0", "without users", "and TLS", "--insecure");
        String ca = certificates.ca().toString();
        assertThat(Cli.run("broker", "--port", "0", "--client-ca", ca).err()).contains("with TLS only");
        assertThat(Cli.run("broker", "--host", "0.0.0.0", "--port", "0", "--users", users.toString())
                        .err())
                .contains("without TLS (");
    }
}
