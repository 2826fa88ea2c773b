package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.feed.View;
import io.broccoli.feed.ViewFold;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.memory.MemoryNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Views whose functions are at their worst, on real threads. */
class ViewFunctionsTest {

    private static final Duration BOUND = Duration.ofSeconds(30);

    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    private Object block(Integer x) {
        blocked.countDown();
        try {
            gate.await();
        } catch (InterruptedException closed) {
            interrupted.countDown();
            Thread.currentThread().interrupt();
        }
        return x;
    }

    @SuppressWarnings("InfiniteRecursion") // it is to overflow the stack
    private static Object endless(Integer x) {
        return endless(x + 1);
    }

    private static Object circle(Integer x) {
        List<Object> list = new ArrayList<>();
        list.add(list);
        return list;
    }

    private static Object thrown(Integer x) {
        throw new AssertionError("no");
    }

    private static Object hoard(List<?> before, Integer x) {
        List<Object> more = new ArrayList<>(before);
        more.add(x);
        return more;
    }

    private TaskRegistry tasks() {
        return TaskRegistry.builder()
                .source(
                        "clock",
                        Source.of(Flux.interval(Duration.ofMillis(1)).map(Long::intValue))
                                .dropOldest(16))
                .task("block", "x", Integer.class, (Function<Integer, Object>) this::block)
                .task("endless", "x", Integer.class, ViewFunctionsTest::endless)
                .task("circle", "x", Integer.class, ViewFunctionsTest::circle)
                .task("thrown", "x", Integer.class, ViewFunctionsTest::thrown)
                .task("even", "x", Integer.class, x -> x % 2 == 0)
                .task("empty", (context, args) -> List.of())
                .task("hoard", "before", List.class, "x", Integer.class, ViewFunctionsTest::hoard)
                .task("size", "all", List.class, List::size)
                .build();
    }

    private static FeedOptions with(View view) {
        return FeedOptions.DEFAULTS.withView(view);
    }

    @Test
    void aFunctionThatDoesNotReturnHoldsUpItsViewOnlyAndIsInterruptedWhenNobodyWaits() throws Exception {
        ClusterOptions options = ClusterOptions.of("memory:views").withTransport(new MemoryNetwork());
        try (Node node = Node.start(options.withMember("node"), NodeOptions.DEFAULTS, tasks());
                Cluster client = Cluster.connect(options)) {
            List<Sample<Integer>> none = new ArrayList<>();
            Disposable stuck = client.feed("clock", Integer.class, with(View.ALL.mapBy("block")))
                    .subscribe(none::add);
            assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
            List<Sample<Integer>> others =
                    Objects.requireNonNull(client.feed("clock", Integer.class, with(View.ALL.filterBy("even")))
                            .take(1_500) // more than wait for the thread that is stuck
                            .collectList()
                            .block(BOUND));
            assertThat(others)
                    .allSatisfy(each -> assertThat(each.value()).isNotNull().isEven());
            assertThat(none).isEmpty();
            stuck.dispose();
            assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(node.stats().running()).isZero();
        } finally {
            gate.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"endless", "circle", "thrown"})
    void whatAFunctionDoesWrongEndsItsViewWithItsStepAndTheNodeGoesOn(String function) {
        ClusterOptions options = ClusterOptions.of("memory:views").withTransport(new MemoryNetwork());
        try (Node node = Node.start(options.withMember("node"), NodeOptions.DEFAULTS, tasks());
                Cluster client = Cluster.connect(options)) {
            FeedOptions wrong = with(View.ALL.every(2).mapBy(function));
            assertThatThrownBy(() -> client.feed("clock", Object.class, wrong).blockFirst(BOUND))
                    .isInstanceOfSatisfying(TaskException.class, failed -> {
                        assertThat(failed.failure().step()).isEqualTo(2);
                        assertThat(failed.failure().node()).isEqualTo("node");
                        assertThat(failed.failure().message())
                                .contains("Step 2 of the view: " + function + "() failed");
                    });
            assertThat(client.feed("clock", Integer.class).blockFirst(BOUND)).isNotNull();
            assertThat(node.stats().feeds().get(0).name()).isEqualTo("clock");
        }
    }

    @Test
    void aFoldThatKeepsAllIsOneOfAPaneOnly() {
        ClusterOptions options = ClusterOptions.of("memory:views").withTransport(new MemoryNetwork());
        try (Node node = Node.start(options.withMember("node"), NodeOptions.DEFAULTS, tasks());
                Cluster client = Cluster.connect(options)) {
            FeedOptions sizes = with(View.ALL.window(50, ViewFold.of("empty", "hoard", "size")));
            List<Sample<Integer>> some = Objects.requireNonNull(client.feed("clock", Integer.class, sizes)
                    .take(4)
                    .collectList()
                    .block(BOUND));
            assertThat(some.subList(1, 4))
                    .allSatisfy(each -> assertThat(each.value()).isNotNull().isEqualTo((int) each.used()));
            assertThat(node.stats().running()).isZero();
        }
    }
}
