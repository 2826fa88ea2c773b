package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.spi.TransportProvider;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.contract.Soon;
import io.broccoli.transport.memory.MemoryNetwork;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Nodes that cannot start: they leave nothing behind. */
class FailedStartTest {

    private static final String MEMBER = "stillborn";

    private final Set<Thread> before = threads();
    private final AtomicInteger closed = new AtomicInteger();

    private static ClusterOptions options(String uri) {
        return ClusterOptions.of(uri).withMember(MEMBER);
    }

    private static TaskRegistry tasks() {
        return TaskRegistry.builder()
                .task("double", "n", Integer.class, n -> 2 * n)
                .source("sensor", Flux.range(0, 10)) // its threads are others
                .build();
    }

    /** Those of a node, and those by which its schedulers look after their own. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().contains(MEMBER) || thread.getName().contains("evictor"))
                .collect(Collectors.toSet());
    }

    private void assertNothingIsLeft() {
        Soon.holds(() -> assertThat(before).containsAll(threads()));
    }

    private void assertFails(ClusterOptions options, NodeOptions node, TaskRegistry tasks, String message) {
        assertThatThrownBy(() -> Node.start(options, node, tasks).close()).hasMessageContaining(message);
        assertNothingIsLeft();
    }

    private final class Broken implements TransportProvider {
        private final @Nullable Throwable whenOpened;
        private final @Nullable Throwable whenStarted;

        Broken(@Nullable Throwable whenOpened, @Nullable Throwable whenStarted) {
            this.whenOpened = whenOpened;
            this.whenStarted = whenStarted;
        }

        @Override
        public Set<String> schemes() {
            return Set.of("broken");
        }

        @Override
        public Transport open(URI uri, String cluster, String member, ConnectOptions connect) {
            raise(whenOpened);
            Transport actual = new MemoryNetwork().open(uri, cluster, member, connect);
            return new Transport() {
                @Override
                public void start(byte @Nullable [] will, Receiver receiver) {
                    actual.start(will, receiver);
                    raise(whenStarted);
                }

                @Override
                public Mono<Void> send(String to, byte[] frame) {
                    return actual.send(to, frame);
                }

                @Override
                public Mono<Void> announce(byte[] status) {
                    return actual.announce(status);
                }

                @Override
                public Mono<Void> hello() {
                    return actual.hello();
                }

                @Override
                public Mono<Void> close(boolean forget) {
                    return actual.close(forget).doOnSubscribe(subscribed -> closed.incrementAndGet());
                }

                @Override
                public int maxFrame() {
                    return 64 * 1024;
                }
            };
        }
    }

    private static void raise(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    @Test
    void aNodeThatStartsHasThreadsOfItsName() {
        try (Node node = Node.start(
                options("memory:failed-start").withTransport(new MemoryNetwork()), NodeOptions.DEFAULTS, tasks())) {
            assertThat(node.name()).isEqualTo(MEMBER);
            assertThat(before.containsAll(threads())).isFalse(); // else the other tests would see nothing
        }
        assertNothingIsLeft();
    }

    @Test
    void aSchemeThatNobodyKnowsLeavesNothing() {
        assertFails(options("nosuch://host"), NodeOptions.DEFAULTS, tasks(), "No transport for 'nosuch://host'");
    }

    @Test
    void anUnknownSchemeBehindAKnownOneLeavesNothing() {
        assertFails(
                options("memory://one+nosuch://host"),
                NodeOptions.DEFAULTS,
                tasks(),
                "no artifact of Broccoli has nosuch");
    }

    @Test
    void aTransportThatCannotBeOpenedLeavesNothing() {
        ClusterOptions broken = options("broken:x").withTransport(new Broken(new NoClassDefFoundError("a/b"), null));
        assertFails(broken, NodeOptions.DEFAULTS, tasks(), "a/b");
    }

    @Test
    void aTransportThatDoesNotStartIsClosed() {
        for (Throwable failure : List.of(new IllegalStateException("no cable"), new LinkageError("no cable"))) {
            closed.set(0);
            ClusterOptions broken = options("broken:x").withTransport(new Broken(null, failure));
            assertFails(broken, NodeOptions.DEFAULTS, tasks(), "no cable");
            assertThat(closed).hasValue(1);
        }
    }

    @Test
    void moreTasksThanCanBeAnnouncedAreRefused() {
        TaskRegistry.Builder many = TaskRegistry.builder();
        for (int i = 0; i < 2_000; i++) {
            many.task("a-task-of-many-with-quite-a-long-name-" + i, "n", Integer.class, n -> n);
        }
        ClusterOptions large = options("broken:x").withTransport(new Broken(null, null));
        assertFails(large, NodeOptions.DEFAULTS, many.build(), "the node stillborn is too large to be announced");
        assertThat(closed).hasValue(1);
    }

    @Test
    void aSchedulerThatGivesNoThreadsIsTheCallersFault() {
        Scheduler exhausted = new Scheduler() {
            @Override
            public Disposable schedule(Runnable task) {
                throw new RejectedExecutionException("full");
            }

            @Override
            public Worker createWorker() {
                throw new RejectedExecutionException("full");
            }
        };
        ClusterOptions options = options("broken:x").withTransport(new Broken(null, null));
        assertFails(options, NodeOptions.DEFAULTS.withWorkerScheduler(exhausted), tasks(), "full");
        assertThat(closed).hasValue(1);
    }
}
