package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.task.Work;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.TrafficStats;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Networks that carry no large frames, and do not say so. */
class FrameLimitsTest extends ItemStreams {

    private static final int LEAST = 1_024; // bytes that every network carries
    private static final Duration DELAY = Duration.ofMillis(1);
    private static final FaultPlan CALM = FaultPlan.seeded(7).withDelay(DELAY);
    private static final NodeOptions WIDE =
            NodeOptions.DEFAULTS.withQueue(1_000).withWorkers(8).withMaxTask(1 << 17);
    private static final Calls<String, String> ECHO = new Calls<>("echo", List::of, String.class);
    private static final Calls<Integer, String> TEXT = new Calls<>("text", List::of, String.class);

    private static Node node(World world, ConnectOptions connect, TransportProvider network) {
        return new MemberFactory()
                .start(
                        world.options("a").withConnect(connect).withTransport(network),
                        WIDE.withWorkerScheduler(world.time),
                        texts());
    }

    private static TaskRegistry texts() {
        return TaskRegistry.builder()
                .task("echo", "text", String.class, text -> text)
                .task("text", "size", Integer.class, size -> "x".repeat(size))
                .task("texts", "count", Integer.class, count -> Flux.range(0, count)
                        .map(i -> "%0100d".formatted(i)))
                .task("fails", "message", String.class, message -> {
                    throw new IllegalStateException(message);
                })
                .task("grows", "size", Integer.class, size -> Flux.just("x", "x".repeat(size), "x"))
                .build();
    }

    private static World world(FaultPlan plan) {
        World world = new World(plan);
        world.members.add(world.node("a", WIDE, texts()));
        return world;
    }

    private static <I, R> List<TaskOutcome<R>> run(
            World world, Cluster client, Flux<I> source, Plan<I, R> plan, Duration most) {
        List<TaskOutcome<R>> outcomes = new ArrayList<>();
        boolean[] over = new boolean[1];
        client.dispatch(source, plan, DispatchOptions.DEFAULTS.withTimeout(Duration.ZERO))
                .doOnTerminate(() -> over[0] = true)
                .subscribe(outcomes::add);
        world.await(() -> over[0], most);
        return outcomes;
    }

    private static <R> List<R> values(List<TaskOutcome<R>> outcomes) {
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(TaskOutcome.Success.class));
        return outcomes.stream()
                .map(outcome -> ((TaskOutcome.Success<R>) outcome).value())
                .toList();
    }

    private static <R> void assertTooLarge(TaskOutcome<R> outcome) {
        assertThat(outcome).isInstanceOfSatisfying(TaskOutcome.Failure.class, failure -> assertThat(failure.kind())
                .as(failure.message())
                .isEqualTo(FailureKind.TOO_LARGE));
    }

    private static List<String> strings(int count) {
        return IntStream.range(0, count).mapToObj(i -> "string " + i).toList();
    }

    // ---- learned

    @ParameterizedTest
    @ValueSource(ints = {LEAST, 2_000, 4_096, 65_000})
    void smallTasksThatFillLargeFramesArriveInSmallerOnes(int limit) throws Exception {
        try (World world = world(CALM.withMaxFrame(limit))) {
            Cluster client = world.client(1);
            List<String> strings = strings(2_000);
            assertThat(values(run(world, client, Flux.fromIterable(strings), ECHO, LONG)))
                    .isEqualTo(strings);
            assertThat(client.stats().tasksResent())
                    .as("of those that were sent first")
                    .isLessThan(8 * 1_024);
            assertLearned(world, () -> run(world, client, Flux.fromIterable(strings), ECHO, LONG));
            assertThat(limitOf(client)).isBetween(LEAST, limit == 65_000 ? 1 << 24 : 2 * limit);
        }
    }

    /** Not all frames are large: it may take a few streams until one loses nothing more. */
    private static void assertLearned(World world, Runnable stream) {
        TrafficStats before;
        int streams = 0;
        do {
            before = world.network.stats();
            stream.run();
            assertThat(++streams).isLessThan(5);
        } while (world.network.stats().since(before).lost() > 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {LEAST, 2_000, 4_096})
    void resultsThatFillLargeFramesArriveInSmallerOnes(int limit) throws Exception {
        try (World world = new World(CALM.withMaxFrame(limit))) {
            // the results of all tasks of a frame go out in a frame
            Node node = world.node("a", WIDE.withWorkerScheduler(Schedulers.immediate()), texts());
            Cluster client = world.client(1);
            List<Integer> sizes =
                    IntStream.range(0, 2_000).mapToObj(i -> 100 + i % 100).toList();
            List<String> expected = sizes.stream().map("x"::repeat).toList();
            assertThat(values(run(world, client, Flux.fromIterable(sizes), TEXT, LONG)))
                    .isEqualTo(expected);
            assertLearned(world, () -> run(world, client, Flux.fromIterable(sizes), TEXT, LONG));
            assertThat(node.stats().frameLimit()).isBetween(LEAST, limit);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {LEAST, 2_000, 4_096, 65_000})
    void itemsThatFillLargeFramesArriveInSmallerOnes(int limit) throws Exception {
        try (World world = world(CALM.withMaxFrame(limit))) {
            Cluster client = world.client(1);
            List<String> items = new ArrayList<>();
            boolean[] over = new boolean[1];
            client.dispatch(Mono.just(3_000), new Texts("texts"), OPTIONS.withTimeout(Duration.ZERO))
                    .doOnTerminate(() -> over[0] = true)
                    .subscribe(outcome -> items.add(((TaskOutcome.Success<String>) outcome).value()));
            world.await(() -> over[0], LONG);
            assertThat(items)
                    .isEqualTo(IntStream.range(0, 3_000)
                            .mapToObj("%0100d"::formatted)
                            .toList());
        }
    }

    /** One task that may give several texts. */
    private record Texts(String task) implements Plan<Integer, String> {
        @Override
        public void begin(Integer element, Run run) {
            run.stream(new Work.Call(task, List.of(element), Map.of()), Run::succeed);
        }

        @Override
        public Type resultType() {
            return String.class;
        }
    }

    @Test
    void aTaskThatFitsIntoNoFrameFailsAndTheOthersGoOn() throws Exception {
        try (World world = world(CALM.withMaxFrame(4_096))) {
            Cluster client = world.client(1);
            List<String> strings = new ArrayList<>(strings(50));
            strings.set(20, "y".repeat(5_000));
            List<TaskOutcome<String>> outcomes = run(world, client, Flux.fromIterable(strings), ECHO, LONG);
            assertTooLarge(outcomes.remove(20));
            strings.remove(20);
            assertThat(values(outcomes)).isEqualTo(strings);
            TrafficStats before = world.network.stats();
            assertTooLarge(
                    run(world, client, Flux.just("y".repeat(6_000)), ECHO, LONG).get(0));
            assertThat(world.network.stats().since(before).lost())
                    .as("a larger one is not tried")
                    .isZero();
        }
    }

    @Test
    void aResultThatFitsIntoNoFrameFailsAndTheOthersGoOn() throws Exception {
        try (World world = world(CALM.withMaxFrame(4_096))) {
            Cluster client = world.client(1);
            List<TaskOutcome<String>> outcomes = run(world, client, Flux.just(10, 5_000, 20), TEXT, LONG);
            assertTooLarge(outcomes.remove(1));
            assertThat(values(outcomes)).containsExactly("x".repeat(10), "x".repeat(20));
            TrafficStats before = world.network.stats();
            assertTooLarge(run(world, client, Flux.just(6_000), TEXT, LONG).get(0));
            assertThat(world.network.stats().since(before).lost())
                    .as("a larger one is not tried")
                    .isZero();
        }
    }

    @Test
    void anItemThatFitsIntoNoFrameEndsItsStreamBehindThoseBeforeIt() throws Exception {
        try (World world = world(CALM.withMaxFrame(4_096))) {
            Cluster client = world.client(1);
            List<TaskOutcome<String>> outcomes = run(world, client, Flux.just(5_000), new Texts("grows"), LONG);
            assertThat(values(outcomes.subList(0, 1))).containsExactly("x");
            assertTooLarge(outcomes.get(1));
            assertThat(outcomes).hasSize(2);
        }
    }

    /** What is lost by chance is no reason to fail; nor does it last. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void largeTasksAndResultsArriveThoughFramesAreLost(long seed) throws Exception {
        try (World world = world(FaultPlan.seeded(seed).withDelay(DELAY).withLoss(0.3))) {
            Cluster client = world.client(1);
            List<String> strings =
                    IntStream.range(0, 60).mapToObj(i -> "z".repeat(3_000 + i)).toList();
            assertThat(values(run(world, client, Flux.fromIterable(strings), ECHO, LONG)))
                    .isEqualTo(strings);
        }
    }

    @Test
    void framesGrowAgainAfterTenMinutesEach() throws Exception {
        try (World world = new World(CALM.withMaxFrame(2_000))) {
            world.members.add(node(world, ConnectOptions.DEFAULTS, world.network));
            int[] largest = new int[1];
            Cluster client = client(world, frames(world, (to, frame) -> {
                largest[0] = Math.max(largest[0], isTasks(frame) ? frame.length : 0);
                return true;
            }));
            List<String> strings = strings(2_000);
            for (int i = 0; i < 2; i++) { // as long as it takes to learn
                largest[0] = 0;
                assertThat(values(run(world, client, Flux.fromIterable(strings), ECHO, LONG)))
                        .isEqualTo(strings);
            }
            int small = largest[0];
            assertThat(small).isBetween(500, 2_000);
            assertThat(limitOf(client)).isBetween(small, 4_000);
            world.network.plan(CALM);
            world.advance(Duration.ofMinutes(11));
            largest[0] = 0;
            run(world, client, Flux.fromIterable(strings), ECHO, LONG);
            assertThat(largest[0]).isBetween(small + small / 2, 2 * small + 100);
            for (int i = 0; i < 5; i++) {
                world.advance(Duration.ofMinutes(11));
                largest[0] = 0;
                run(world, client, Flux.fromIterable(strings), ECHO, LONG);
            }
            assertThat(largest[0]).as("as large as they are needed").isGreaterThan(3 * small);
            assertThat(limitOf(client)).isGreaterThanOrEqualTo(largest[0]);
        }
    }

    private static int limitOf(Cluster client) {
        return client.stats().links().get(0).frameLimit();
    }

    private static boolean isTasks(byte[] frame) {
        return frame[1] == 0x13;
    }

    // ---- set

    @ParameterizedTest
    @CsvSource({"2000, client", "2000, node", "4096, client", "65000, node"})
    void aLimitThatOneEndSetsHoldsForBoth(int limit, String whose) throws Exception {
        try (World world = new World(CALM.withMaxFrame(limit))) {
            ConnectOptions set = ConnectOptions.DEFAULTS.withMaxFrame(limit);
            boolean byNode = whose.equals("node");
            world.members.add(node(world, byNode ? set : ConnectOptions.DEFAULTS, world.network));
            Cluster client =
                    new MemberFactory().connect(world.options("c").withConnect(byNode ? ConnectOptions.DEFAULTS : set));
            world.members.add(client);
            world.await(() -> World.active(client) == 1, LONG);
            if (byNode) {
                assertThat(client.nodes().get(0).maxFrame()).isEqualTo(limit);
            }
            List<String> strings = strings(2_000);
            assertThat(values(run(world, client, Flux.fromIterable(strings), ECHO, LONG)))
                    .isEqualTo(strings);
            assertTooLarge(run(world, client, Flux.just(limit), TEXT, LONG).get(0));
            assertTooLarge(
                    run(world, client, Flux.just("y".repeat(limit)), ECHO, LONG).get(0));
            assertThat(run(world, client, Flux.just(limit), new Texts("grows"), LONG))
                    .hasSize(2)
                    .satisfies(outcomes -> assertTooLarge(outcomes.get(1)));
            assertThat(world.network.stats().lost()).as("nothing was too large").isZero();
        }
    }

    @Test
    void aFailureThatWouldBeTooLargeHasNoTrace() throws Exception {
        try (World world = world(CALM)) {
            Cluster client = new MemberFactory()
                    .connect(world.options("c").withConnect(ConnectOptions.DEFAULTS.withMaxFrame(LEAST)));
            world.members.add(client);
            world.await(() -> World.active(client) == 1, LONG);
            Calls<String, String> fails = new Calls<>("fails", List::of, String.class);
            var failure = (TaskOutcome.Failure<String>)
                    run(world, client, Flux.just("m".repeat(800)), fails, LONG).get(0);
            assertThat(failure.kind()).isEqualTo(FailureKind.TASK_FAILED);
            assertThat(failure.message()).startsWith("m".repeat(100)).endsWith("…");
            assertThat(failure.type()).isEqualTo("java.lang.IllegalStateException");
            assertThat(failure.trace()).isEmpty();
        }
    }

    // ---- brokers that close connections, and brokers that drop what waits

    private static TransportProvider frames(World world, BiPredicate<String, byte[]> passes) {
        return new TransportProvider() {
            @Override
            public Set<String> schemes() {
                return Set.of("memory");
            }

            @Override
            public Transport open(URI uri, String cluster, String member, ConnectOptions options) {
                return new Passing(world.network.open(uri, cluster, member, options), passes);
            }
        };
    }

    /** Cuts a member off that sends a larger frame, and lets it in again soon; as the will says, it is gone meanwhile. */
    private record Strict(World world, int most, List<Integer> cuts) implements TransportProvider {
        @Override
        public Set<String> schemes() {
            return Set.of("memory");
        }

        @Override
        public Transport open(URI uri, String cluster, String member, ConnectOptions options) {
            Transport transport = world.network.open(uri, cluster, member, options);
            return new Passing(transport, (to, frame) -> {
                if (frame.length <= most) {
                    return true;
                }
                cuts.add(frame.length);
                world.network.cut(member);
                world.time.schedule(() -> world.network.restore(member), 100, TimeUnit.MILLISECONDS);
                return false;
            });
        }
    }

    /** A transport whose frames may be dropped. */
    private record Passing(Transport transport, BiPredicate<String, byte[]> passes) implements Transport {
        @Override
        public void start(byte @Nullable [] will, Receiver receiver) {
            transport.start(will, receiver);
        }

        @Override
        public Mono<Void> send(String to, byte[] frame) {
            return Mono.defer(() -> passes.test(to, frame) ? transport.send(to, frame) : Mono.empty());
        }

        @Override
        public Mono<Void> announce(byte[] status) {
            return transport.announce(status);
        }

        @Override
        public Mono<Void> hello() {
            return transport.hello();
        }

        @Override
        public Mono<Void> close(boolean forget) {
            return transport.close(forget);
        }

        @Override
        public int maxFrame() {
            return transport.maxFrame();
        }
    }

    private static Cluster client(World world, TransportProvider network) {
        Cluster client = new MemberFactory().connect(world.options("c").withTransport(network));
        world.members.add(client);
        world.await(() -> World.active(client) == 1, LONG);
        return client;
    }

    @ParameterizedTest
    @ValueSource(ints = {2_000, 4_096})
    void whoIsCutOffAtLargeFramesSendsSmallerOnes(int limit) throws Exception {
        try (World world = new World(CALM)) {
            Strict strict = new Strict(world, limit, new ArrayList<>());
            world.members.add(node(world, ConnectOptions.DEFAULTS, strict));
            Cluster client = client(world, strict);
            List<String> strings = strings(2_000);
            assertThat(values(run(world, client, Flux.fromIterable(strings), ECHO, LONG)))
                    .isEqualTo(strings);
            List<Integer> sizes =
                    IntStream.range(0, 2_000).mapToObj(i -> 100 + i % 100).toList();
            assertThat(values(run(world, client, Flux.fromIterable(sizes), TEXT, LONG)))
                    .hasSize(2_000);
            assertThat(strict.cuts).as("both halved their frames").hasSizeLessThan(20);
            int learned = strict.cuts.size();
            assertThat(values(run(world, client, Flux.fromIterable(sizes), TEXT, LONG)))
                    .hasSize(2_000);
            assertThat(strict.cuts).hasSize(learned);
        }
    }

    @Test
    void whoIsCutOffAtALargeResultFailsItAndIsNotCutOffAgain() throws Exception {
        try (World world = new World(CALM)) {
            Strict strict = new Strict(world, 4_096, new ArrayList<>());
            world.members.add(node(world, ConnectOptions.DEFAULTS, strict));
            Cluster client = client(world, strict);
            assertTooLarge(run(world, client, Flux.just(5_000), TEXT, LONG).get(0));
            assertThat(strict.cuts).hasSize(2);
            assertTooLarge(run(world, client, Flux.just(6_000), TEXT, LONG).get(0));
            assertThat(strict.cuts).hasSize(2);
            assertThat(values(run(world, client, Flux.just(10), TEXT, LONG))).containsExactly("x".repeat(10));
        }
    }

    @Test
    void whatAFullQueueDropsIsSentAgainEverMoreSlowly() throws Exception {
        try (World world = new World(CALM)) {
            Map<String, Integer> passed = new HashMap<>(); // 20 to each member in a tenth of a second
            TransportProvider narrow = frames(
                    world,
                    (to, frame) ->
                            passed.merge(to + world.time.now(TimeUnit.MILLISECONDS) / 100, 1, Integer::sum) <= 20);
            world.members.add(node(world, ConnectOptions.DEFAULTS, narrow));
            Cluster client = new MemberFactory()
                    .connect(world.options("c").withTransport(narrow).withMaxBatch(1)); // a frame for each task
            world.members.add(client);
            world.await(() -> World.active(client) == 1, LONG);
            List<String> strings = strings(1_000);
            assertThat(values(run(world, client, Flux.fromIterable(strings), ECHO, LONG)))
                    .isEqualTo(strings);
            assertThat(client.stats().tasksResent()).isLessThan(20_000L);
        }
    }

    /** A link that nothing passes for a while: what was sent is tried less and less often. */
    @Test
    void whatIsLostAgainAndAgainIsSentOnceInASecond() throws Exception {
        try (World world = new World(CALM)) {
            boolean[] dropsTasks = {true};
            TransportProvider network = frames(world, (to, frame) -> !dropsTasks[0] || !isTasks(frame));
            world.members.add(node(world, ConnectOptions.DEFAULTS, network));
            Cluster client = client(world, network);
            List<TaskOutcome<String>> outcomes = new ArrayList<>();
            client.dispatch(Flux.fromIterable(strings(100)), ECHO, DispatchOptions.DEFAULTS.withTimeout(Duration.ZERO))
                    .subscribe(outcomes::add);
            world.advanceInSteps(Duration.ofSeconds(20));
            int sent = client.stats().inFlight();
            assertThat(sent).isPositive();
            assertThat(client.stats().tasksResent() / sent).isBetween(10L, 26L);
            dropsTasks[0] = false;
            world.await(() -> outcomes.size() == 100, Duration.ofSeconds(2));
        }
    }
}
