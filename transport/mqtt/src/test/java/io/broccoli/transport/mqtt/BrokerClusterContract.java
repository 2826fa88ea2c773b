package io.broccoli.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.task.Work;
import io.broccoli.transport.contract.Soon;
import io.broccoli.transport.contract.TestMember;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What must hold over brokers that are one cluster, for members at different ones. */
abstract class BrokerClusterContract {

    /** Until brokers agree on who leads, and answer logins again. */
    private static final Duration LONGEST = Duration.ofSeconds(90);

    /** A node starts fewer tasks that it got before a moment: one that started so many has got some since. */
    private static final int MORE_THAN_IT_HOLDS = 64;

    private static final int TASK_MILLIS = 5;

    private final List<AutoCloseable> open = new ArrayList<>();

    /** It runs, for all tests. */
    protected abstract BrokerCluster brokers();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T closing(T resource) {
        open.add(resource);
        return resource;
    }

    /** Each broker once, unless more is wanted: {@code -Dbroccoli.kills=10}. */
    static IntStream kills() {
        return IntStream.range(0, Integer.getInteger("broccoli.kills", 3));
    }

    @Test
    void allThatMembersPublishReachesMembersAtOtherBrokers() {
        String cluster = UUID.randomUUID().toString();
        List<TestMember> members = IntStream.range(0, brokers().brokers().size())
                .mapToObj(i -> new TestMember(
                        new MqttTransportProvider()
                                .open(URI.create(brokers().uri(i)), cluster, "m" + i, ConnectOptions.DEFAULTS),
                        "m" + i))
                .toList();
        members.forEach(each -> closing(each).start(each.name + " is gone").joined());
        byte[] largest = new byte[BrokerAddress.MOST_MAX_FRAME];
        for (TestMember from : members) {
            for (TestMember to : members) {
                Soon.holds(
                        () -> { // brokers tell each other of subscriptions later than they acknowledge them
                            from.send(to, "from " + from.name);
                            assertThat(to.frames).contains(from.name + ": from " + from.name);
                        });
                from.transport.send(to.name, largest).block(Soon.MOST);
            }
            Soon.holds(() -> {
                from.announce(from.name + " is here");
                from.transport.hello().block(Soon.MOST);
                assertThat(members).allSatisfy(each -> {
                    assertThat(each.presences).containsEntry(from.name, from.name + " is here");
                    assertThat(each.hellos.get()).isPositive();
                });
            });
        }
        Soon.holds(() -> assertThat(members).allSatisfy(each -> assertThat(each.payloads)
                .hasSizeGreaterThanOrEqualTo(members.size())
                .allSatisfy(payload -> assertThat(payload).isEqualTo(largest))));
    }

    /** The client is at the first broker; each node is at another one. */
    @ParameterizedTest
    @MethodSource("kills")
    void eachResultComesOnceInOrderWhenABrokerIsKilledInMidStream(int kill) {
        int size = brokers().brokers().size();
        String name = UUID.randomUUID().toString();
        List<AtomicInteger> started =
                IntStream.range(0, size).mapToObj(i -> new AtomicInteger()).toList();
        IntStream.range(0, size).forEach(i -> closing(node(name, i, started.get(i))));
        Cluster client = closing(Cluster.connect(
                ClusterOptions.of(brokers().uri(0)).withCluster(name).withMember("client")));
        client.awaitNodes(size, LONGEST).block();

        Results results = new Results();
        AtomicInteger given = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        Flux<Integer> source =
                Flux.range(0, Integer.MAX_VALUE).takeWhile(i -> !enough.get()).doOnNext(i -> given.incrementAndGet());
        results.of(client.dispatch(source, new PlusOne(), DispatchOptions.DEFAULTS));
        results.await(() -> results.count.get() > MORE_THAN_IT_HOLDS && haveStarted(started, new int[size]));

        BrokerProcess victim = brokers().brokers().get(kill % size);
        victim.stop();
        try {
            int[] before = started.stream().mapToInt(AtomicInteger::get).toArray();
            results.await(
                    () -> haveStarted(started, before)); // the members of the dead broker are back, at another one
            enough.set(true);
            results.await(results.ended::get);
            assertThat(results.count.get()).isEqualTo(given.get());
        } finally {
            victim.start();
        }
    }

    private static boolean haveStarted(List<AtomicInteger> started, int[] before) {
        return IntStream.range(0, before.length).allMatch(i -> started.get(i).get() > before[i] + MORE_THAN_IT_HOLDS);
    }

    private Node node(String cluster, int which, AtomicInteger started) {
        TaskRegistry tasks = TaskRegistry.builder()
                .task("plus-one", "x", Integer.class, x -> {
                    started.incrementAndGet();
                    return Mono.delay(Duration.ofMillis(TASK_MILLIS)).thenReturn(x + 1);
                })
                .build();
        return Node.start(
                ClusterOptions.of(brokers().uri(which)).withCluster(cluster).withMember("node-" + which),
                NodeOptions.DEFAULTS.withQueue(16).withWorkers(4).withWorkerScheduler(Schedulers.parallel()),
                tasks);
    }

    private record PlusOne() implements Plan<Integer, Integer> {

        @Override
        public void begin(Integer element, Run run) {
            run.submit(new Work.Call("plus-one", List.of(element), Map.of()), Run::succeed);
        }

        @Override
        public Type resultType() {
            return Integer.class;
        }
    }

    /** They must be 1, 2, 3 ... */
    private static final class Results {

        final AtomicInteger count = new AtomicInteger();
        final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicReference<@Nullable Throwable> wrong = new AtomicReference<>();

        void of(Flux<TaskOutcome<Integer>> outcomes) {
            outcomes.doOnNext(this::take).subscribe(outcome -> {}, wrong::set, () -> ended.set(true));
        }

        private void take(TaskOutcome<Integer> outcome) {
            int next = count.incrementAndGet();
            if (!outcome.equals(new TaskOutcome.Success<>(next))) {
                throw new IllegalStateException("the outcome at place " + next + " is " + outcome);
            }
        }

        void await(Callable<Boolean> condition) {
            Awaitility.await().atMost(LONGEST).until(() -> {
                assertThat(wrong.get()).isNull();
                return condition.call();
            });
        }
    }
}
