package io.broccoli.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Parameter;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What is sent to a board, and when it is confirmed; the board is a node of the JVM that plays its steps. */
class BoardSettingsTest {

    private static final String KEY = "a secret";
    private static final String NEW_KEY = "another secret";
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final byte[] CHALLENGE = {1, -1, 3};
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ClusterOptions base = ClusterOptions.of("memory:settings-" + COUNT.incrementAndGet());
    private final Cluster cluster = Cluster.connect(base.withMember("client"));
    private final BoardSettings settings = BoardSettings.on(cluster, KEY);
    private final Queue<Object> answers = new ConcurrentLinkedQueue<>(List.of(true)); // of commits
    private final List<Object[]> configured = new CopyOnWriteArrayList<>();
    private final List<Object[]> committed = new CopyOnWriteArrayList<>();
    private Node board = started(KEY);

    private Node started(String key) {
        TaskRegistry tasks = TaskRegistry.builder()
                .task(
                        "deploy.begin",
                        (context, args) -> {
                            byte[] mac = new Signer(bytes(key)).sign("deploy.begin", "default", "board");
                            if (!Arrays.equals(mac, (byte[]) args[0])) {
                                throw new WrongSignature();
                            }
                            return CHALLENGE;
                        },
                        Parameter.of("mac"))
                .task(
                        "deploy.configure",
                        (context, args) -> {
                            configured.add(args);
                            return 120;
                        },
                        Parameter.of("sealed"),
                        Parameter.of("challenge"),
                        Parameter.of("mac"))
                .task(
                        "deploy.confirm",
                        (context, args) -> {
                            committed.add(args);
                            byte[] mac = new Signer(bytes(key))
                                    .sign(
                                            "deploy.confirm",
                                            "default",
                                            "board",
                                            HexFormat.of().formatHex((byte[]) args[0]));
                            if (!Arrays.equals(mac, (byte[]) args[1])) {
                                throw new IllegalStateException("the signature is wrong");
                            }
                            Object answer = answers.remove();
                            if (answer instanceof RuntimeException failed) {
                                throw failed;
                            }
                            return answer;
                        },
                        Parameter.of("challenge"),
                        Parameter.of("mac"))
                .build();
        return Node.start(base.withMember("board"), NodeOptions.DEFAULTS.withMaxTask(600), tasks);
    }

    @BeforeEach
    void start() {
        cluster.awaitNodes(1, BOUND).block();
    }

    @AfterEach
    void stop() {
        cluster.close();
        board.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** As soon as settings came, the board has another life, in which it has that key. */
    private void restartWhenConfigured(String key) {
        Mono<Long> came = Flux.interval(Duration.ofMillis(10))
                .filter(tick -> !configured.isEmpty())
                .next();
        came.delayElement(Duration.ofMillis(200)) // lives of nodes that have no flash are counted by tenths of a second
                .publishOn(Schedulers.boundedElastic()) // closing blocks
                .subscribe(tick -> {
                    board.close();
                    board = started(key);
                });
    }

    /** What the board reads. */
    private String opened() throws Exception {
        byte[] sealed = (byte[]) configured.get(0)[0];
        String challenge = HexFormat.of().formatHex((byte[]) configured.get(0)[1]);
        byte[] text = Arrays.copyOfRange(sealed, 16, sealed.length);
        SecretKeySpec blocks = new SecretKeySpec(new Signer(bytes(KEY)).sign("seal", "board", challenge), "HmacSHA256");
        for (int i = 0; i < text.length; i++) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(blocks);
            mac.update(sealed, 0, 16);
            text[i] ^= mac.doFinal(ByteBuffer.allocate(4).putInt(i / 32).array())[i % 32];
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    @Test
    void settingsAreSentOnceSealedAndSignedAndConfirmedInTheNextLifeOfTheBoard() throws Exception {
        restartWhenConfigured(KEY);
        String json = "{\"ssid\":\"the Wi-Fi\",\"key\":\"" + "ä".repeat(40) + "\"}";
        settings.withTrial(Duration.ofMinutes(5)).configure("board", json).block(BOUND);
        assertThat(configured).hasSize(1);
        assertThat(committed).hasSize(1);
        assertThat(opened()).isEqualTo("300\n\n" + json);
        Object[] sent = configured.get(0);
        assertThat(new String((byte[]) sent[0], StandardCharsets.ISO_8859_1)).doesNotContain("ssid", "Wi-Fi");
        String digest = HexFormat.of().formatHex(Module.sha256((byte[]) sent[0]));
        assertThat((byte[]) sent[2])
                .isEqualTo(new Signer(bytes(KEY))
                        .sign(
                                "deploy.configure",
                                "default",
                                "board",
                                HexFormat.of().formatHex(CHALLENGE),
                                digest));
        assertThat(sent[1]).isEqualTo(CHALLENGE);
        assertThat(committed.get(0)[0]).isEqualTo(CHALLENGE);
    }

    @Test
    void aNewKeyIsSentAndTheConfirmationIsSignedWithIt() throws Exception {
        restartWhenConfigured(NEW_KEY);
        settings.withNewKey(NEW_KEY).configure("board", "{}").block(BOUND);
        assertThat(opened()).isEqualTo("120\n" + NEW_KEY + "\n{}");
    }

    @Test
    void aBoardWhoseTrialHasNotBegunIsAskedAgain() {
        answers.clear();
        answers.addAll(List.of(false, false, true));
        restartWhenConfigured(KEY);
        settings.configure("board", "{}").block(BOUND);
        assertThat(committed).hasSize(3);
    }

    @Test
    void whyTheBoardHasItsOlderSettingsIsTheFailure() {
        answers.clear();
        answers.add(new IllegalStateException("no broker was reached"));
        restartWhenConfigured(KEY);
        assertThatThrownBy(() -> settings.configure("board", "{}").block(BOUND))
                .hasMessageContaining("no broker was reached (task deploy.confirm on node board)");
        assertThat(committed).hasSize(1);
    }

    @Test
    void nothingIsSentBeforeTheSubscriptionToABoardThatIsNotThereOrIfItIsTooLarge() {
        Mono<Void> unsubscribed = settings.configure("board", "{}");
        assertThat(unsubscribed).isNotNull();
        assertKind(FailureKind.UNKNOWN_TASK, "shed", "{}", "There is no such node");
        assertKind(FailureKind.TOO_LARGE, "board", "{\"x\":\"" + "x".repeat(500) + "\"}", "the board accepts 440");
        assertThat(configured).isEmpty();
    }

    @Test
    void whoDoesNotHaveTheKeyOrTheClusterIsRefusedBeforeAnythingIsSent() {
        for (BoardSettings wrong : List.of(BoardSettings.on(cluster, "another"), settings.withClusterName("another"))) {
            assertThatThrownBy(() -> wrong.configure("board", "{}").block(BOUND))
                    .hasMessageContaining("the signature is wrong");
        }
        assertThat(configured).isEmpty();
    }

    private void assertKind(FailureKind kind, String node, String json, String message) {
        assertThatThrownBy(() -> settings.configure(node, json).block(BOUND))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        TaskException.class,
                        error -> assertThat(error.failure().kind()).isEqualTo(kind));
    }

    @Test
    void whatMakesNoSenseIsRefusedAtOnce() {
        assertThatThrownBy(() -> BoardSettings.on(cluster, "")).hasMessage("the key is empty");
        assertThatThrownBy(() -> settings.withNewKey("a\n")).hasMessageContaining("one line");
        assertThatThrownBy(() -> settings.withNewKey(" ")).hasMessageContaining("not empty");
        assertThatThrownBy(() -> settings.withTrial(Duration.ofMillis(999))).hasMessageContaining("1 s to 1 h");
        assertThatThrownBy(() -> settings.withTrial(Duration.ofHours(2))).hasMessageContaining("1 s to 1 h");
        assertThatThrownBy(() -> settings.withTimeout(Duration.ZERO)).hasMessageContaining("must be positive");
    }
}
