package io.broccoli.examples.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.BadArgumentsException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskDefinition;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Arguments that ask for more than a node has, or make no sense: each ends soon, and the one worker of the node goes on. */
@Timeout(120)
class HostileArgumentsTest {

    private static final Duration BOUND = Duration.ofSeconds(3);
    private static final int CALLS = 40; // of each task
    private static final int CHAINS = 300;
    private static final int CHUNKS = 40;
    private static final Set<FailureKind> TYPED = EnumSet.of(
            FailureKind.TASK_FAILED, FailureKind.BAD_ARGUMENTS, FailureKind.UNENCODABLE, FailureKind.TOO_LARGE);

    private final long seed = Long.getLong("broccoli.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final TaskRegistry tasks = BuiltInTasks.registry();

    private Node node;
    private Cluster client;
    private Canvas canvas;

    @BeforeEach
    void start() {
        ClusterOptions options = ClusterOptions.of("memory://hostile-arguments");
        node = Node.start(options.withMember("only"), NodeOptions.DEFAULTS.withWorkers(1), tasks);
        client = Cluster.connect(options);
        client.awaitNodes(1, Duration.ofSeconds(30)).block();
        canvas = Canvas.on(client).withTimeout(BOUND);
    }

    @AfterEach
    void stop() {
        client.close();
        node.close();
    }

    // ---- what is hostile

    private @Nullable Object scalar() {
        return switch (random.nextInt(16)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> Integer.MIN_VALUE;
            case 3 -> Long.MAX_VALUE;
            case 4 -> Long.MIN_VALUE;
            case 5 -> BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
            case 6 -> Double.NaN;
            case 7 -> random.nextBoolean() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            case 8 -> random.nextBoolean() ? Double.MAX_VALUE : Double.MIN_VALUE;
            case 9 -> random.nextInt(100) - 50;
            case 10 -> 1 << random.nextInt(31);
            case 11 -> "x".repeat(random.nextInt(30_000));
            case 12 -> "\uD83E\uDD66\uD800"; // the last is half a character
            case 13 -> new byte[random.nextInt(30_000)];
            case 14 -> -0.0;
            default -> Bounds.MAX_ELEMENTS - 2 + random.nextInt(5);
        };
    }

    private @Nullable Object value(int levels) {
        return switch (levels == 0 ? 0 : random.nextInt(6)) {
            case 3 -> list(levels, random.nextInt(4));
            case 4 -> Collections.nCopies(random.nextInt(3_000), random.nextInt(3) == 0 ? 2 : shortScalar());
            case 5 -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put("k" + i, value(levels - 1));
                }
                yield map;
            }
            default -> scalar();
        };
    }

    private List<@Nullable Object> list(int levels, int size) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(value(levels - 1));
        }
        return list;
    }

    /** So that many of it still fit into one task. */
    private @Nullable Object shortScalar() {
        Object value = scalar();
        return value instanceof String || value instanceof byte[] ? "ab" : value;
    }

    /** How long to sleep: most often not at all. */
    private @Nullable Object sleep() {
        Object[] some = {-1, Double.NaN, 0, 1, 2.5, Long.MAX_VALUE, 1e300, Double.POSITIVE_INFINITY, true, "long", null
        };
        return some[random.nextInt(some.length)];
    }

    private int count() {
        int[] some = {0, 1, 2, 3, 100, 70_000, Bounds.MAX_ELEMENTS, Bounds.MAX_ELEMENTS + 1, Integer.MAX_VALUE};
        return some[random.nextInt(some.length)];
    }

    private Object number() {
        Object[] some = {0, 1, -1, 7, Long.MAX_VALUE, Long.MIN_VALUE, 0.5, Double.MAX_VALUE, Double.NaN, true};
        return some[random.nextInt(some.length)];
    }

    private Object sequence() {
        return switch (random.nextInt(3)) {
            case 0 -> "xy".repeat(random.nextInt(10_000));
            case 1 -> Collections.nCopies(random.nextInt(10_000), number());
            default -> List.of(Collections.nCopies(random.nextInt(10_000), number()));
        };
    }

    /** Of types that the task takes, so that it begins. */
    private Object[] fitting(String task) {
        return switch (task) {
            case "mul" ->
                new Object[] {random.nextBoolean() ? sequence() : number(), random.nextBoolean() ? count() : number()};
            case "add" -> {
                Object first = random.nextBoolean() ? sequence() : number();
                yield new Object[] {first, first instanceof Number ? number() : first};
            }
            case "concat" -> {
                Object both = sequence();
                yield new Object[] {both, both};
            }
            case "xsum", "tsum", "xprod" ->
                new Object[] {
                    random.nextInt(3) > 0
                            ? Collections.nCopies(random.nextInt(3_000), number())
                            : List.of(sequence(), count(), 1, count())
                };
            case "range_list" -> new Object[] {count()};
            case "neg" -> new Object[] {number()};
            case "sleep_then" -> new Object[] {sequence(), random.nextInt(3)};
            default -> new Object[] {sequence()};
        };
    }

    private @Nullable Object[] arguments(TaskDefinition task) {
        if (random.nextInt(3) > 0) {
            return fitting(task.name());
        }
        @Nullable Object[] arguments = new Object[task.parameters().size()];
        Arrays.setAll(arguments, i -> task.name().equals("sleep_then") && i == 1 ? sleep() : value(3));
        return arguments;
    }

    private TaskDefinition anyTask() {
        return tasks.all().get(random.nextInt(tasks.all().size()));
    }

    // ---- on a node

    /** @return how it ended */
    private String check(Signature<?> work, String what) {
        String described = "seed " + seed + ": " + what;
        long began = System.nanoTime();
        TaskOutcome<?> outcome = canvas.outcome(work).block(BOUND.multipliedBy(2));
        assertThat(outcome).as(described).isNotNull();
        if (outcome instanceof TaskOutcome.Failure<?> failure) {
            assertThat(failure.kind())
                    .as("%s: %s", described, failure.message())
                    .isIn(TYPED);
            assertThat(failure.message()).as(described).isNotEmpty().doesNotContain("OutOfMemory", "StackOverflow");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).as(described).isLessThan(BOUND);
        assertThat(canvas.run(Task.of("add").s(1, 1)).block(BOUND))
                .as(described)
                .isEqualTo(2);
        return outcome instanceof TaskOutcome.Failure<?> failure
                ? failure.kind().name()
                : "SUCCESS";
    }

    /** Else nothing was tested. */
    private void assertAllHappened(Map<String, Integer> ends) {
        assertThat(ends.keySet())
                .as("seed %d: %s", seed, ends)
                .contains("SUCCESS")
                .containsAll(TYPED.stream().map(Enum::name).toList());
    }

    private void assertIdle() {
        assertThat(node.stats().stuck()).isZero();
        assertThat(node.stats().queued() + node.stats().running()).isZero();
    }

    @Test
    void aCallEndsWithAResultOrATypedFailure() {
        Map<String, Integer> ends = new TreeMap<>();
        for (TaskDefinition task : tasks.all()) {
            for (int i = 0; i < CALLS; i++) {
                String end = check(Task.of(task.name()).s(arguments(task)), task.name() + ", call " + i);
                ends.merge(end, 1, Integer::sum);
            }
        }
        assertAllHappened(ends);
        assertIdle();
    }

    /** Each step may give the next one more than could ever be sent. */
    @Test
    void aChainThatTravelsAsOneTaskEndsWithAResultOrATypedFailure() {
        Map<String, Integer> ends = new TreeMap<>();
        for (int i = 0; i < CHAINS; i++) {
            TaskDefinition first = anyTask();
            List<Signature<?>> steps =
                    new ArrayList<>(List.of(Task.of(first.name()).s(arguments(first))));
            StringBuilder names = new StringBuilder(first.name());
            for (int more = 1 + random.nextInt(4); more > 0; more--) {
                TaskDefinition next = anyTask();
                @Nullable Object[] all = arguments(next);
                steps.add(Task.of(next.name()).s(Arrays.copyOfRange(all, 1, all.length)));
                names.append(" | ").append(next.name());
            }
            ends.merge(check(new Signature.Chain<>(steps), names + ", chain " + i), 1, Integer::sum);
        }
        assertAllHappened(ends);
        assertIdle();
    }

    @Test
    void aChunkEndsWithItsResultsOrATypedFailure() {
        for (int i = 0; i < CHUNKS; i++) {
            TaskDefinition task = anyTask();
            List<List<@Nullable Object>> items = new ArrayList<>();
            for (int item = random.nextInt(20); item >= 0; item--) {
                items.add(Arrays.asList(arguments(task)));
            }
            check(Canvas.chunks(Task.of(task.name()), items, 1 + random.nextInt(20)), task.name() + ", chunk " + i);
        }
        assertIdle();
    }

    /** All of them would be 25 GB; that they are too large is found after the first one, of a half, of a quarter... */
    @Test
    void aSmallChunkThatAsksForLargeResultsIsTooLargeBeforeTheyAreMade() {
        List<List<Integer>> items = Collections.nCopies(5_000, List.of(Bounds.MAX_ELEMENTS));
        TaskOutcome<?> outcome = canvas.withTimeout(Duration.ofSeconds(1))
                .outcome(Canvas.chunks(Task.of("range_list"), items, 5_000))
                .block(BOUND);
        assertThat(failure(outcome).kind()).isIn(FailureKind.TOO_LARGE, FailureKind.TIMEOUT);
        assertThat(canvas.run(Task.of("add").s(1, 1)).block(BOUND)).isEqualTo(2);
        assertThat(node.stats().stuck()).isZero();
    }

    @Test
    void anItemWhoseResultCannotBeWrittenIsNamed() {
        List<List<Long>> items = List.of(List.of(1L, 2L), List.of(Long.MAX_VALUE, 4L));
        TaskOutcome<?> outcome =
                canvas.outcome(Canvas.chunks(Task.of("mul"), items, 2)).block(BOUND);
        assertThat(failure(outcome).kind()).isEqualTo(FailureKind.UNENCODABLE);
        assertThat(failure(outcome).message()).isEqualTo("item 1: $: an integer of more than 64 bits: 65 bits");
    }

    private static TaskOutcome.Failure<?> failure(@Nullable TaskOutcome<?> outcome) {
        return (TaskOutcome.Failure<?>) Objects.requireNonNull(outcome);
    }

    // ---- what no wire can bring

    @Test
    void aHandlerItselfTakesWhatCannotTravel() {
        List<@Nullable Object> deep = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            deep = new ArrayList<>(List.of(deep));
        }
        List<?> shared = List.of(1, 2);
        for (int i = 0; i < 40; i++) {
            shared = List.of(shared, shared); // few objects, and more elements than a machine can hold
        }
        Object[] hostile = {
            deep,
            shared,
            BigInteger.TWO.pow(1 << 20),
            "x".repeat(1 << 20),
            Collections.nCopies(1 << 20, 3),
            Map.of("k", shared)
        };
        for (TaskDefinition task : tasks.all()) {
            for (Object first : hostile) {
                for (Object second : new Object[] {first, 2, 1L << 40, hostile[random.nextInt(hostile.length)]}) {
                    @Nullable Object[] arguments = {first, second};
                    handle(task, Arrays.copyOf(arguments, task.parameters().size()));
                }
            }
        }
    }

    private void handle(TaskDefinition task, @Nullable Object[] arguments) {
        long began = System.nanoTime();
        try {
            task.handler().handle(TaskContext.of("n", "p", 1, 1), arguments);
        } catch (BadArgumentsException | PythonException refused) {
            assertThat(refused).hasMessageNotContaining("OutOfMemory");
        } catch (Exception other) {
            throw new AssertionError("seed " + seed + ": " + task.name(), other);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("seed %d: %s", seed, task.name())
                .isLessThan(BOUND);
    }
}
