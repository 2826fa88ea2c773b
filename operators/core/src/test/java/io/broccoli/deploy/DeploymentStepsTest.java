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
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The steps of a deployment, one by one, as somebody sends them who has the key, and as strangers do. */
class DeploymentStepsTest {

    private static final String KEY = "a secret";
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Task<Integer> GROW = Task.of("grow", Integer.class);
    private static final String WRONG = "the signature is wrong";
    private static final String STALE = "the challenge is not valid";
    private static final String NONE = "there is no transfer";

    private final ClusterOptions base = ClusterOptions.of("memory:steps-" + COUNT.incrementAndGet());
    private final Cluster cluster = Cluster.connect(base.withMember("client"));
    private final Cluster stranger = Cluster.connect(base.withMember("stranger"));
    private final Canvas canvas = Canvas.on(cluster).withTimeout(BOUND);
    private final Signer signer = new Signer(Keyring.bytes(KEY));
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may wrap
    private final List<Node> nodes = new ArrayList<>();
    private final Module garden = Jars.adding("garden", "grow", 1).withVersion("1");

    @BeforeEach
    void start() {
        start("north", base);
    }

    private void start(String name, ClusterOptions options) {
        Node node = Node.start(
                options.withMember(name),
                NodeOptions.DEFAULTS.withWorkers(2),
                TaskRegistry.builder().build());
        nodes.add(node);
        ModuleReceiver.withKey(KEY).withClock(nanos::get).on(node).block(BOUND);
        for (Cluster each : List.of(cluster, stranger)) {
            each.awaitNodes(
                            known -> known.stream()
                                    .anyMatch(at -> at.name().equals(name) && ModuleKind.JAR.isTakenBy(at)),
                            BOUND)
                    .block();
        }
    }

    @AfterEach
    void stop() {
        cluster.close();
        stranger.close();
        nodes.forEach(Node::close);
    }

    private static Object run(Cluster from, String node, String task, Object... args) {
        return Objects.requireNonNull(Canvas.on(from)
                .withTimeout(BOUND)
                .routedBy(Router.toNode(node))
                .run(Task.of(task).s(args))
                .block(BOUND));
    }

    private Object run(String task, Object... args) {
        return run(cluster, "north", task, args);
    }

    private byte[] challenge() {
        return (byte[]) run("deploy.begin", (Object) signer.sign("deploy.begin", "default", "north"));
    }

    private static void assertRefused(String why, ThrowingCallable step) {
        assertThatThrownBy(step).hasMessageContaining(why);
    }

    private void assertGrows(int summand) {
        assertThat(canvas.run(GROW.s(1)).block(BOUND)).isEqualTo(1 + summand);
    }

    /** A module on its way. */
    private final class Opened {
        private final byte[] whole;
        private final Announcement announced;
        private final Object[] opening;
        private final long number;

        Opened(Module module) {
            this(module, challenge());
        }

        Opened(Module module, byte[] challenge) {
            this(
                    module.piece(0, module.size()),
                    challenge,
                    Announcement.of("default", "north", HexFormat.of().formatHex(challenge), module));
        }

        Opened(byte[] whole, byte[] challenge, Announcement announced) {
            this.whole = whole;
            this.announced = announced;
            this.opening = new Object[] {
                announced.name(),
                announced.version(),
                announced.size(),
                HexFormat.of().parseHex(announced.digest()),
                challenge,
                signer.sign(announced.step("deploy.open_jar"))
            };
            this.number = ((Number) run("deploy.open_jar", opening)).longValue();
        }

        Object open() {
            return run("deploy.open_jar", opening);
        }

        Object chunk(int offset, byte[] data) {
            return run("deploy.chunk", number, offset, data, signer.sign(announced.piece(offset, data)));
        }

        byte[] commitment() {
            return signer.sign(announced.step("deploy.commit"));
        }

        Object commit() {
            return run("deploy.commit", number, commitment());
        }

        Opened send() {
            chunk(0, whole);
            return this;
        }
    }

    @Test
    void eachStepOfAStrangerIsRefusedAndTheTransferThatItDisturbsGoesOn() {
        Module newer = Jars.adding("garden", "grow", 100).withVersion("2");
        new Opened(garden).send().commit();
        Opened ours = new Opened(newer);
        byte[] begun = java.util.Arrays.copyOf(ours.whole, 100);
        ours.chunk(0, begun);
        byte[] wrong = new byte[32];
        byte[] piece = {1};
        byte[] ofPiece = signer.sign(ours.announced.piece(0, begun));
        Object[] opening = ours.opening.clone();
        opening[5] = wrong;
        assertRefused(WRONG, () -> run(stranger, "north", "deploy.begin", (Object) wrong));
        assertRefused(WRONG, () -> run(stranger, "north", "deploy.open_jar", opening));
        assertRefused(WRONG, () -> run(stranger, "north", "deploy.chunk", ours.number, 100, piece, wrong));
        assertRefused(WRONG, () -> run(stranger, "north", "deploy.chunk", ours.number, 0, piece, ofPiece));
        assertRefused(WRONG, () -> run(stranger, "north", "deploy.chunk", ours.number, 100, begun, ofPiece));
        assertRefused(NONE, () -> run(stranger, "north", "deploy.chunk", ours.number + 1, 0, begun, ofPiece));
        assertRefused(WRONG, () -> run(stranger, "north", "deploy.commit", ours.number, wrong));
        assertRefused(WRONG, () -> run(stranger, "north", "deploy.commit", ours.number, ours.opening[5]));
        assertRefused(WRONG, () -> run(stranger, "north", "deploy.remove", "garden", ours.opening[4], wrong));
        assertRefused("is null", () -> run(stranger, "north", "deploy.begin", new Object[] {null}));
        assertThat(run(stranger, "north", "deploy.chunk", ours.number, 0, begun, ofPiece))
                .as("what was seen on the way and is sent again changes nothing")
                .isEqualTo(100);
        ours.chunk(100, java.util.Arrays.copyOfRange(ours.whole, 100, ours.whole.length));
        ours.commit();
        assertGrows(100);
    }

    @Test
    void whatWasSentOnceIsOfNoUseAgain() {
        Opened first = new Opened(garden);
        assertThat(first.open()).as("a task may come twice").isEqualTo((int) first.number);
        first.send().commit();
        new Opened(Jars.adding("garden", "grow", 100).withVersion("2")).send().commit();
        assertRefused(STALE, first::open);
        assertRefused(NONE, first::send);
        assertRefused(NONE, first::commit);
        Object[] renewed = first.opening.clone();
        renewed[4] = challenge();
        assertRefused(WRONG, () -> run("deploy.open_jar", renewed));
        assertGrows(100);
        byte[] challenge = challenge();
        byte[] mac =
                signer.sign("deploy.remove", "default", "north", HexFormat.of().formatHex(challenge), "garden");
        run("deploy.remove", "garden", challenge, mac);
        new Opened(garden).send().commit();
        assertRefused(STALE, () -> run("deploy.remove", "garden", challenge, mac));
        assertRefused(WRONG, () -> run("deploy.remove", "garden", challenge(), mac));
        assertGrows(1);
        nodes.get(0).close();
        start("north", base);
        assertRefused(STALE, first::open);
    }

    /** The module comes back by a transfer that was open before: only the removal itself used its challenge up. */
    @Test
    void aRemovalIsOfNoUseForWhatIsCommittedLater() {
        new Opened(garden).send().commit();
        Opened newer = new Opened(Jars.adding("garden", "grow", 100).withVersion("2")).send();
        byte[] challenge = challenge();
        byte[] mac =
                signer.sign("deploy.remove", "default", "north", HexFormat.of().formatHex(challenge), "garden");
        run("deploy.remove", "garden", challenge, mac);
        newer.commit();
        assertRefused(STALE, () -> run("deploy.remove", "garden", challenge, mac));
        assertGrows(100);
    }

    @Test
    void whatWasSignedForAnotherNodeOrClusterIsRefused() {
        start("south", base);
        Opened north = new Opened(garden);
        assertRefused(WRONG, () -> run(cluster, "south", "deploy.open_jar", north.opening));
        Announcement ours = north.announced;
        for (String[] at : new String[][] {{"another", "north"}, {"default", "south"}}) {
            assertRefused(WRONG, () -> run("deploy.begin", (Object) signer.sign("deploy.begin", at[0], at[1])));
            byte[] challenge = challenge();
            String given = HexFormat.of().formatHex(challenge);
            Announcement other = new Announcement(at[0], at[1], given, "garden", "1", ours.size(), ours.digest());
            assertRefused(WRONG, () -> new Opened(north.whole, challenge, other));
            byte[] removal =
                    signer.sign("deploy.remove", at[0], at[1], HexFormat.of().formatHex(challenge), "garden");
            assertRefused(WRONG, () -> run("deploy.remove", "garden", challenge, removal));
        }
        byte[] challenge = challenge();
        Announcement python = Announcement.of("default", "north", HexFormat.of().formatHex(challenge), garden);
        assertRefused(
                WRONG,
                () -> run(
                        "deploy.open_jar",
                        "garden",
                        "1",
                        garden.size(),
                        garden.digest(),
                        challenge,
                        signer.sign(python.step("deploy.open"))));
        north.send().commit();
        assertGrows(1);
    }

    @Test
    void aChallengeIsGoodForAMinuteAndWhoeverAsksGetsOneThatIsGoodForHalfOfIt() {
        byte[] given = challenge();
        nanos.addAndGet(Challenge.RENEWED.toNanos());
        assertThat(challenge()).isEqualTo(given);
        nanos.addAndGet(Challenge.LIFE.minus(Challenge.RENEWED).toNanos());
        Opened last = new Opened(garden, given);
        assertRefused(STALE, () -> new Opened(garden.withVersion("2"), given));
        byte[] late = challenge();
        nanos.addAndGet(Challenge.LIFE.toNanos() + 1);
        assertRefused(STALE, () -> new Opened(garden.withVersion("2"), late));
        byte[] older = challenge();
        nanos.addAndGet(Challenge.RENEWED.toNanos() + 1);
        assertThat(challenge()).isNotEqualTo(older);
        assertRefused(STALE, () -> new Opened(garden.withVersion("2"), older));
        last.send().commit();
        assertGrows(1);
    }

    @Test
    void aTransferOfWhichNothingComesIsGivenUp() {
        Opened slow = new Opened(garden);
        nanos.addAndGet(OpenTransfers.LONGEST_PAUSE.toNanos());
        slow.send();
        nanos.addAndGet(OpenTransfers.LONGEST_PAUSE.toNanos() + 1);
        assertRefused("no piece came for 120 s", slow::commit);
    }

    @Test
    void onlySoManyModulesAreOnTheirWayAtATime() {
        List<Opened> open = new ArrayList<>();
        for (int i = 0; i < OpenTransfers.MOST; i++) {
            nanos.incrementAndGet();
            open.add(new Opened(Jars.adding("module" + i, "grow" + i, i)));
        }
        nanos.incrementAndGet();
        open.get(0).send();
        nanos.incrementAndGet();
        Opened another = new Opened(garden);
        assertRefused(NONE, () -> open.get(1).send());
        open.remove(1);
        open.forEach(each -> each.send().commit());
        another.send().commit();
        assertGrows(1);
    }

    @Test
    void whoWasOvertakenByAnotherDeploymentIsTold() {
        Opened first = new Opened(garden);
        Opened second = new Opened(Jars.adding("garden", "grow", 100));
        second.send();
        assertRefused("somebody else has begun", first::commit);
        second.commit();
        assertGrows(100);
    }

    @Test
    void whatIsNotWhatWasAnnouncedIsRefused() {
        Opened altered = new Opened(garden);
        assertRefused("expected is the piece at 0", () -> altered.chunk(5, new byte[1]));
        assertRefused("expected is the piece at 0", () -> altered.chunk(0, new byte[garden.size() + 1]));
        byte[] other = altered.whole.clone();
        other[other.length / 2] ^= 1;
        altered.chunk(0, other);
        assertRefused("not what was announced", altered::commit);
        Opened half = new Opened(garden);
        half.chunk(0, new byte[1]);
        assertRefused("not what was announced", half::commit);
    }

    @Test
    void namesAndVersionsThatWouldDoHarmAreRefusedByTheNodeToo() {
        new Opened(garden).send().commit();
        for (String name : List.of("", ".", "..", ".a", "-a", "a/b", "../a", "a b", "a\n", "\u00e4", "x".repeat(65))) {
            assertRefused("the name of a .jar module is", () -> opened(name, "1", 10));
        }
        for (String version :
                List.of("", " ", "1.0\n", "1\n2", "1\r", "1\u0085", "1\u2028", " 1", "1 ", "\u00e4", "x".repeat(65))) {
            assertRefused("a version is 1 to 64 printable ASCII characters", () -> opened("garden", version, 10));
        }
        assertRefused("the name deploy is reserved", () -> opened("deploy", "1", 10));
        assertRefused("at most 4194304 bytes", () -> opened("garden", "1", Module.MAX_SOURCE + 1));
        assertRefused("at most 4194304 bytes", () -> opened("garden", "1", -1));
        opened("acme-tasks_2.0", "1.0-SNAPSHOT+build 7", 10);
        assertThat(Modules.installed(cluster, "north", BOUND).block()).isEqualTo(java.util.Map.of("garden", "1"));
    }

    private Opened opened(String name, String version, int size) {
        byte[] challenge = challenge();
        Announcement announced = new Announcement(
                "default",
                "north",
                HexFormat.of().formatHex(challenge),
                name,
                version,
                size,
                HexFormat.of().formatHex(garden.digest()));
        return new Opened(new byte[0], challenge, announced);
    }
}
