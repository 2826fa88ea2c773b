package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.node.Node;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** Handlers, and publishers of theirs, that break rules: their task fails, and the one worker of their node goes on. */
class RudeTasksTest {

    private static final Duration SOON = Duration.ofSeconds(3);
    private static final MessagePackFrameCodec FRAMES = new MessagePackFrameCodec();

    private final World world = new World();
    private final List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
    private int cancelled;

    private Node node(Function<Integer, Object> rude) {
        return world.node(
                "a",
                World.SMALL.withWorkers(1),
                TaskRegistry.builder()
                        .task("rude", "n", Integer.class, rude)
                        .task("double", "n", Integer.class, n -> 2 * n)
                        .build());
    }

    private void dispatch(Cluster client, String task) {
        client.dispatch(Mono.just(4), ItemStreams.Several.of(task), DispatchOptions.DEFAULTS)
                .subscribe(outcomes::add);
        world.advance(SOON);
    }

    /** The failure of the task, behind what it gave; then the node still works. */
    private TaskOutcome.Failure<Integer> failure(Function<Integer, Object> rude) throws Exception {
        try (world) {
            Node node = node(rude);
            Cluster client = world.client(1);
            dispatch(client, "rude");
            assertThat(outcomes).isNotEmpty();
            var failed = (TaskOutcome.Failure<Integer>) outcomes.remove(outcomes.size() - 1);
            List<TaskOutcome<Integer>> before = List.copyOf(outcomes);
            dispatch(client, "double");
            assertThat(outcomes.get(outcomes.size() - 1)).isEqualTo(new TaskOutcome.Success<>(8));
            outcomes.clear();
            outcomes.addAll(before);
            ItemStreams.assertEmpty(world, client, node);
            assertThat(failed.kind()).isEqualTo(FailureKind.TASK_FAILED);
            return failed;
        }
    }

    private Publisher<Integer> whenAsked(Function<Subscriber<? super Integer>, Error> then) {
        return subscriber -> subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long more) {
                throw then.apply(subscriber);
            }

            @Override
            public void cancel() {
                cancelled++;
            }
        });
    }

    // ---- errors of the JVM

    @Test
    void aHandlerThatCallsItselfWithoutEndFails() throws Exception {
        // thrown by hand: where the stack really ends, the agent of BlockHound complains
        var failed = failure(n -> {
            throw new StackOverflowError();
        });
        assertThat(failed.message()).contains("StackOverflowError");
    }

    @Test
    void aHandlerWhoseClassesAreMissingFails() throws Exception {
        var failed = failure(n -> {
            throw new NoClassDefFoundError("com/example/Gone");
        });
        assertThat(failed.message()).isEqualTo("com/example/Gone");
        assertThat(failed.trace()).startsWith("java.lang.NoClassDefFoundError: com/example/Gone");
    }

    // ---- publishers

    @Test
    void aPublisherThatThrowsAsItIsSubscribedFails() throws Exception {
        Publisher<Integer> rude = subscriber -> {
            subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long more) {}

                @Override
                public void cancel() {
                    cancelled++;
                }
            });
            throw new IllegalStateException("not today");
        };
        assertThat(failure(n -> rude).message()).isEqualTo("not today");
        assertThat(cancelled).isPositive();
    }

    @Test
    void aPublisherThatThrowsAsItIsAskedFailsBehindWhatItGave() throws Exception {
        Publisher<Integer> rude = whenAsked(subscriber -> {
            subscriber.onNext(1);
            subscriber.onNext(2);
            return new NoClassDefFoundError("com/example/Gone");
        });
        assertThat(failure(n -> rude).message()).isEqualTo("com/example/Gone");
        assertThat(outcomes).containsExactly(new TaskOutcome.Success<>(1), new TaskOutcome.Success<>(2));
        assertThat(cancelled).isPositive();
    }

    @Test
    void aPublisherThatGivesMoreThanItWasAskedForFailsBehindWhatItWasAskedFor() throws Exception {
        Publisher<Integer> rude = subscriber -> {
            subscriber.onSubscribe(Operators.emptySubscription());
            world.time.schedule(
                    () -> Flux.range(0, 1_000).toStream().forEach(subscriber::onNext), 10, TimeUnit.MILLISECONDS);
        };
        assertThat(failure(n -> rude).message()).contains("more than it was asked for");
        assertThat(outcomes).hasSize(DispatchOptions.DEFAULTS.items());
    }

    @Test
    void aPublisherThatGivesNothingThatIsSomethingFails() throws Exception {
        @SuppressWarnings({"NullAway", "DataFlowIssue"}) // that is what is wrong with it
        Publisher<Integer> rude = whenAsked(subscriber -> {
            subscriber.onNext(null);
            return new AssertionError("it went on");
        });
        assertThat(failure(n -> rude).trace()).contains("NullPointerException");
    }

    @Test
    void aPublisherMayHandOverItsSubscriptionLater() throws Exception {
        try (world) {
            node(n -> (Publisher<Integer>) subscriber ->
                    world.time.schedule(() -> Flux.range(0, 100).subscribe(subscriber), 10, TimeUnit.MILLISECONDS));
            dispatch(world.client(1), "rude");
            assertThat(outcomes).hasSize(100);
        }
    }

    // ---- stopped while nobody can hear it

    @Test
    void aMonoThatIsSubscribedWhileItsTaskIsToldToStopIsCancelled() throws Exception {
        try (world) {
            List<Runnable> meanwhile = new ArrayList<>();
            Node node = node(n -> Mono.defer(() -> {
                meanwhile.forEach(Runnable::run);
                return Mono.never().doOnCancel(() -> cancelled++);
            }));
            Member member = (Member) node.cluster();
            Cluster client = world.client(1);
            meanwhile.add(
                    () -> member.inbox().frame(client.name(), FRAMES.encode(new Frame.Bye(Long.MAX_VALUE), false)));
            client.dispatch(Mono.just(4), Calls.<Integer>of("rude"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.advance(Duration.ofMillis(100));
            assertThat(cancelled).isPositive();
        }
    }

    @Test
    void valuesOfATaskThatBeganInAFormerLifeOfItsNodeAreNotWaitedForByAnybody() throws Exception {
        try (world) {
            List<Runnable> meanwhile = new ArrayList<>();
            Node node = node(n -> {
                meanwhile.forEach(Runnable::run);
                meanwhile.clear();
                return Flux.never().doOnCancel(() -> cancelled++);
            });
            Member member = (Member) node.cluster();
            Cluster client = world.client(1);
            Frame.Status later = Objects.requireNonNull(member.node()).status(MemberState.ACTIVE);
            Frame.Status other = new Frame.Status(
                    later.member(),
                    later.bootEpoch() + 1000,
                    later.state(),
                    later.queue(),
                    later.workers(),
                    later.free(),
                    later.maxFrame(),
                    later.maxTask(),
                    later.features(),
                    later.site(),
                    later.functions());
            meanwhile.add(() -> member.inbox().presence("a", FRAMES.encode(other, false)));
            client.dispatch(Mono.just(4), ItemStreams.Several.of("rude"), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.advance(Duration.ofMillis(100));
            assertThat(meanwhile).isEmpty();
            assertThat(cancelled).isEqualTo(1);
        }
    }
}
