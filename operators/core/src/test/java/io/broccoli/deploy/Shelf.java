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
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
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
    volatile Mono<?> gate = Mono.empty(); // what each chunk waits for
    private final Signer signer;
    private final AtomicLong counter = new AtomicLong();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile boolean begun;
    private volatile String[] announced = {};

    Shelf(String name, String key) {
        this.name = name;
        this.signer = new Signer(key.getBytes(StandardCharsets.UTF_8));
    }

    Node start(ClusterOptions options) {
        TaskRegistry.Builder tasks = TaskRegistry.builder();
        task(tasks, "begin", this::begin, "name", "version", "size", "digest", "counter", "mac");
        task(tasks, "chunk", this::chunk, "offset", "data");
        task(tasks, "commit", this::commit, "counter");
        task(tasks, "remove", this::remove, "name", "counter", "mac");
        task(tasks, "modules", args -> Map.copyOf(versions));
        return Node.start(options.withMember(name), NodeOptions.DEFAULTS.withMaxTask(400), tasks.build());
    }

    /** What was under way is gone with the power. */
    void restarted() {
        gate = Mono.empty();
        begun = false;
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
        if (!Arrays.equals(signer.sign(fields), (byte[]) mac)) {
            throw new IllegalStateException("the signature is wrong");
        }
        long count = ((Number) fields[fields.length - 1]).longValue();
        if (counter.getAndSet(count) >= count) {
            throw new IllegalStateException("this was deployed before");
        }
    }

    private Object begin(Object... args) {
        String digest = HexFormat.of().formatHex((byte[]) args[3]);
        check(args[5], "begin", name, args[0], args[1], args[2], digest, args[4]);
        announced = new String[] {String.valueOf(args[0]), String.valueOf(args[1])};
        received.reset();
        begun = true;
        return args[2];
    }

    private Object chunk(Object... args) {
        if (!begun) {
            throw new IllegalStateException("nothing was begun");
        }
        if (received.size() != (Integer) args[0]) {
            throw new IllegalStateException("expected is the chunk at " + received.size());
        }
        received.writeBytes((byte[]) args[1]);
        return gate.thenReturn(received.size());
    }

    private Object commit(Object... args) {
        if (((Number) args[0]).longValue() != counter.get()) {
            throw new IllegalStateException("somebody else has begun a deployment since");
        }
        String source = received.toString(StandardCharsets.UTF_8);
        if (source.contains(broken)) {
            throw new IllegalStateException("SyntaxError");
        }
        versions.put(announced[0], announced[1]);
        sources.put(announced[0], source);
        return List.of();
    }

    private Object remove(Object... args) {
        check(args[2], "remove", name, args[0], args[1]);
        if (versions.remove(String.valueOf(args[0])) == null) {
            throw new IllegalStateException("no such module");
        }
        return true;
    }
}
