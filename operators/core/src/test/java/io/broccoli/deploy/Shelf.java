package io.broccoli.deploy;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.Parameter;
import io.broccoli.task.TaskHandler;
import io.broccoli.task.TaskRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a board does with modules, as a node of the JVM: keeps them, runs none. What it is told survives its restart. */
@NullUnmarked
final class Shelf {

    final Map<String, String> versions = new ConcurrentHashMap<>();
    final Map<String, String> sources = new ConcurrentHashMap<>();
    final List<String> calls = new CopyOnWriteArrayList<>();
    final String name;
    volatile String broken = "no version is"; // the text of which cannot be imported
    volatile Runnable opening = () -> {}; // before a challenge is used
    volatile Mono<?> gate = Mono.empty(); // what each chunk waits for
    private final Keyring keys;
    private final AtomicInteger challenges = new AtomicInteger();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile String cluster = "";
    private volatile @Nullable Announcement begun;

    Shelf(String name, String key) {
        this.name = name;
        this.keys = Keyring.of(Keyring.bytes(key));
    }

    Node start(ClusterOptions options) {
        TaskRegistry.Builder tasks = TaskRegistry.builder();
        cluster = options.cluster();
        task(tasks, "begin", this::begin, "mac");
        task(tasks, "open", this::open, "name", "version", "size", "digest", "challenge", "mac");
        task(tasks, "chunk", this::chunk, "transfer", "offset", "data", "mac");
        task(tasks, "commit", this::commit, "transfer", "mac");
        task(tasks, "remove", this::remove, "name", "challenge", "mac");
        task(tasks, "modules", args -> Map.copyOf(versions));
        return Node.start(options.withMember(name), NodeOptions.DEFAULTS.withMaxTask(400), tasks.build());
    }

    /** What was under way is gone with the power. */
    void restarted() {
        gate = Mono.empty();
        begun = null;
    }

    /** Somebody else does. */
    void useChallenge() {
        challenges.incrementAndGet();
    }

    void awaitCall(String task) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(10))
                .filter(tick -> calls.contains(task))
                .blockFirst(Duration.ofSeconds(10));
    }

    private interface Step {
        Object take(Object... args);
    }

    private void task(TaskRegistry.Builder tasks, String task, Step step, String... parameters) {
        TaskHandler handler = (context, args) -> {
            calls.add(task);
            return step.take(args);
        };
        tasks.task(
                "deploy." + task,
                handler,
                Stream.of(parameters).map(Parameter::of).toArray(Parameter[]::new));
    }

    private void check(Object mac, Object... fields) {
        if (keys.whoSigned((byte[]) mac, fields).isEmpty()) {
            throw new WrongSignature();
        }
    }

    private void check(byte[] challenge) {
        if (!Arrays.equals(challenge, challenge())) {
            throw new StaleChallenge("the challenge is not valid");
        }
        challenges.incrementAndGet();
    }

    private byte[] challenge() {
        return Keyring.bytes("challenge " + challenges);
    }

    private Object begin(Object... args) {
        check(args[0], "deploy.begin", cluster, name);
        return challenge();
    }

    private Object open(Object... args) {
        Announcement announced = new Announcement(
                cluster,
                name,
                HexFormat.of().formatHex((byte[]) args[4]),
                (String) args[0],
                (String) args[1],
                (Integer) args[2],
                HexFormat.of().formatHex((byte[]) args[3]));
        check(args[5], announced.step("deploy.open"));
        opening.run();
        check((byte[]) args[4]);
        received.reset();
        begun = announced;
        return challenges.get();
    }

    private Announcement now(Object transfer) {
        Announcement known = begun;
        if (known == null || ((Number) transfer).intValue() != challenges.get()) {
            throw new IllegalStateException("there is no such transfer");
        }
        return known;
    }

    private Object chunk(Object... args) {
        check(args[3], now(args[0]).piece((Integer) args[1], (byte[]) args[2]));
        if (received.size() != (Integer) args[1]) {
            throw new IllegalStateException("expected is the chunk at " + received.size());
        }
        received.writeBytes((byte[]) args[2]);
        return gate.thenReturn(received.size());
    }

    private Object commit(Object... args) {
        Announcement announced = now(args[0]);
        check(args[1], announced.step("deploy.commit"));
        String source = received.toString(StandardCharsets.UTF_8);
        if (source.contains(broken)) {
            throw new IllegalStateException("SyntaxError");
        }
        versions.put(announced.name(), announced.version());
        sources.put(announced.name(), source);
        return List.of();
    }

    private Object remove(Object... args) {
        check(args[2], "deploy.remove", cluster, name, HexFormat.of().formatHex((byte[]) args[1]), args[0]);
        opening.run();
        check((byte[]) args[1]);
        if (versions.remove(String.valueOf(args[0])) == null) {
            throw new IllegalStateException("no such module");
        }
        return true;
    }
}
