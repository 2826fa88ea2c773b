package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.ConnectOptions.Tls;
import io.broccoli.task.Task;
import io.broccoli.transport.contract.Cable;
import io.broccoli.transport.contract.Certificates;
import io.broccoli.transport.contract.Soon;
import io.broccoli.transport.contract.TestMember;
import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.MqttTransportProvider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/**
 * docs/security.md with a real broker: its files lock a cluster that works, and each of their rules is needed. Users are node-1, ann,
 * and mallory, who has credentials of her own and attacks.
 */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
abstract class LockedBrokerContract {

    static final Path FILES = Path.of("../../docs/security");

    private static final Duration BOUND = Duration.ofSeconds(60);
    static final String CLIENT_ID = "OPEN     not so: the client id belongs to the user";
    private static final Task<Integer> ADD = Task.of("add", Integer.class);

    @TempDir
    static Path folder;

    static Certificates certificates;

    /** With the rules of the files; it runs. */
    abstract BrokerProcess broker();

    /** Whether the broker lets a user connect with the client id of another one. */
    boolean clientIdsAreFree() {
        return true;
    }

    /** What a user is told who tries to be another member. */
    String posingAsAnotherMember() {
        return "MISSING  log in and subscribe";
    }

    static void issueCertificates() {
        certificates = new Certificates(folder).issue("broker", "EC");
    }

    String[] as(String user, String... command) {
        return as(user, broker(), command);
    }

    static String[] as(String user, BrokerProcess broker, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(
                "--broker",
                uri(broker.port()),
                "--ca",
                certificates.ca().toString(),
                "--username",
                user,
                "--password",
                "secret-of-" + user));
        if (!all.contains("--timeout")) {
            all.addAll(List.of("--timeout", "20s"));
        }
        return all.toArray(String[]::new);
    }

    private static String uri(int port) {
        return "mqtts://127.0.0.1:" + port;
    }

    private static ConnectOptions connecting(String user) {
        return ConnectOptions.DEFAULTS
                .withCredentials(user, "secret-of-" + user)
                .withTls(new Tls(certificates.ca(), null, null));
    }

    private TestMember member(String cluster, String user) {
        TestMember member = new TestMember(
                new MqttTransportProvider().open(URI.create(uri(broker().port())), cluster, user, connecting(user)),
                user);
        member.start(user + " is gone").joined();
        return member;
    }

    private Intruder intruder(int port, String clientId) throws Exception {
        return new Intruder(port, certificates.ca(), "mallory", clientId, null);
    }

    void assertTold(String user, String told) {
        assertTold(user, broker(), told);
    }

    static void assertTold(String user, BrokerProcess broker, String told) {
        Cli.Result checked = Cli.run(as(user, broker, "check", "--locked", "--timeout", "5s"));
        assertThat(checked.out()).contains(told);
        assertThat(checked.status()).isEqualTo(1);
    }

    @Test
    void aClusterWorksAndAnAttackerInsideHarmsNobodyElse() throws Exception {
        try (Cli.Running node = Cli.start(as("node-1", "node"))) {
            Cli.Result sum = Cli.run(as("ann", "run", "add.s(1, 2)"));
            assertThat(sum.out()).as(sum.err()).contains("3");
            Cli.Result posing = Cli.run(as("mallory", "check", "--name", "node-2", "--locked", "--timeout", "5s"));
            assertThat(posing.status()).isEqualTo(1);
            assertThat(posing.out()).contains(posingAsAnotherMember());
            assertThat(Cli.run(as("ann", "run", "add.s(2, 2)")).out()).contains("4");
            assertThat(Cli.run(as("ann", "nodes")).out()).contains("node-1", "ACTIVE");
            assertThat(node.result()).isNotDone();
        }
    }

    /** Only that is open which the broker has no setting for. */
    @Test
    void eachUserCanBeItsMemberAndNoOther() {
        Cli.Result checked = Cli.run(as("ann", "check", "--locked", "--timeout", "5s"));
        assertThat(checked.out())
                .contains(clientIdsAreFree() ? CLIENT_ID : "and no other one")
                .doesNotContain("MISSING");
        assertThat(checked.out().replace(CLIENT_ID, "")).doesNotContain("OPEN     ");
        assertThat(Cli.run(as("ann", "check", "--timeout", "5s")).status()).isZero();
    }

    @Test
    void aStrangerCannotLogIn() {
        assertThat(stranger(broker()))
                .contains("MISSING  log in and subscribe")
                .containsAnyOf("wants a user name", "wrong user name");
    }

    /** What somebody without credentials is told. */
    static String stranger(BrokerProcess broker) {
        return Cli.run(
                        "check",
                        "--broker",
                        uri(broker.port()),
                        "--ca",
                        certificates.ca().toString(),
                        "--timeout",
                        "5s")
                .out();
    }

    @Test
    void nothingIsPassedOnThatAMemberSaysInAnotherName() throws Exception {
        String cluster = UUID.randomUUID().toString();
        String root = "broccoli/" + cluster + "/";
        try (TestMember node = member(cluster, "node-1");
                Intruder ear = intruder(broker().port(), cluster + ":mallory")) {
            node.announce("node-1 is here");
            for (String filter : List.of("#", root + "#", root + "i/#", root + "i/node-1/#", root + "i/+/+")) {
                try (Intruder other =
                        intruder(broker().port(), UUID.randomUUID().toString())) {
                    other.subscribe(filter);
                    node.send(node, "to myself, past " + filter);
                    Soon.holds(() -> assertThat(node.frames).contains("node-1: to myself, past " + filter));
                    assertThat(other.overheard).noneMatch(each -> each.contains("/i/"));
                }
            }
            node.frames.clear();
            for (String topic : List.of("i/node-1/ann", "p/node-1", "p/ann")) {
                try (Intruder mouth =
                        intruder(broker().port(), UUID.randomUUID().toString())) {
                    mouth.publish(root + topic);
                }
            }
            leaveWithWill(root + "p/node-1");
            leaveWithWill(root + "p/ann");
            leaveWithWill(root + "p/mallory"); // which the broker passes on, so that the others would have come before
            Soon.holds(() -> assertThat(node.presences).containsEntry("mallory", "forged"));
            try (TestMember ann = member(cluster, "ann")) {
                ann.announce("ann is here");
                Soon.holds(() -> {
                    ann.send(node, "true");
                    assertThat(node.frames).contains("ann: true");
                    node.transport.hello().block(Soon.MOST);
                    assertThat(node.presences).containsEntry("ann", "ann is here");
                });
                assertThat(node.frames).containsOnly("ann: true");
                assertThat(node.presences).containsEntry("node-1", "node-1 is here");
                assertThat(ann.presences.getOrDefault("node-1", "")).isNotEqualTo("forged");
            }
            assertThat(ear.overheard).isEmpty();
        }
    }

    private void leaveWithWill(String topic) throws Exception {
        Cable cable = new Cable(broker().port());
        try (cable;
                Intruder dying = new Intruder(
                        cable.port(),
                        certificates.ca(),
                        "mallory",
                        UUID.randomUUID().toString(),
                        topic)) {
            cable.breakForEver();
            assertThat(dying.overheard).isEmpty();
        }
    }

    @Test
    void whoeverIsThrownOutComesBackAndLosesNothing() throws Exception {
        String cluster = UUID.randomUUID().toString();
        try (Node node = Node.start(options(cluster, "node-1"), NodeOptions.DEFAULTS, BuiltInTasks.registry());
                Cluster client = Cluster.connect(options(cluster, "ann"))) {
            client.awaitNodes(1, BOUND).block();
            AtomicInteger thrownOut = new AtomicInteger();
            Flux.merge(node.cluster().events(), client.events())
                    .ofType(ClusterEvent.Disconnected.class)
                    .subscribe(event -> thrownOut.incrementAndGet());
            AtomicBoolean enough = new AtomicBoolean();
            List<Integer> results = Collections.synchronizedList(new ArrayList<>());
            CompletableFuture<Void> ended = new CompletableFuture<>();
            Flux.range(0, Integer.MAX_VALUE)
                    .takeWhile(i -> !enough.get())
                    .transform(Canvas.on(client).withTimeout(BOUND).map(ADD.s(1)))
                    .subscribe(results::add, ended::completeExceptionally, () -> ended.complete(null));
            for (String victim : List.of("node-1", "ann", "node-1")) {
                int before = thrownOut.get();
                try (Intruder taker = intruder(broker().port(), cluster + ":" + victim)) {
                    if (clientIdsAreFree()) {
                        Soon.holds(() -> assertThat(thrownOut.get()).isGreaterThan(before));
                    }
                    assertThat(taker.overheard).isEmpty();
                }
                int then = results.size();
                Soon.holds(() -> assertThat(results.size()).isGreaterThan(then + 1_000)); // more than was under way
            }
            enough.set(true);
            ended.get(BOUND.toSeconds(), TimeUnit.SECONDS);
            assertThat(thrownOut.get() > 0).isEqualTo(clientIdsAreFree());
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i)).isEqualTo(i + 1);
            }
        }
    }

    private ClusterOptions options(String cluster, String user) {
        return ClusterOptions.of(uri(broker().port()))
                .withCluster(cluster)
                .withMember(user)
                .withConnect(connecting(user));
    }
}
