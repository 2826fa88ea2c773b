package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterEvent;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.cluster.Run;
import io.broccoli.feed.FeedOptions;
import io.broccoli.frame.Payload;
import io.broccoli.node.Node;
import io.broccoli.route.Route;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.task.Work;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** What a producer's users bring throws: the element, or the stream, that it belongs to ends with it, and nothing else does. */
class RudeUsersTest {

    private static final Duration SOON = Duration.ofSeconds(2);

    private final World world = new World();
    private final List<Object> heard = new ArrayList<>();
    private final List<Object> dropped = new ArrayList<>();

    @BeforeEach
    void listen() {
        Hooks.onErrorDropped(dropped::add);
    }

    @AfterEach
    void close() throws Exception {
        Hooks.resetOnErrorDropped();
        world.close();
    }

    /** Smuggles what is checked. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Throwable> T thrown(Throwable what) throws E {
        throw (E) what;
    }

    private static Throwable throwable(String kind) {
        return switch (kind) {
            case "checked" -> new Exception("smuggled");
            case "stack" -> new StackOverflowError();
            case "assertion" -> new AssertionError("not so");
            case "linkage" -> new NoClassDefFoundError("com/example/Gone");
            case "mute" ->
                new IllegalStateException() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public String getMessage() {
                        throw new IllegalStateException("no message");
                    }

                    @Override
                    public String toString() {
                        throw new IllegalStateException("no text");
                    }
                };
            default -> new IllegalStateException("rude");
        };
    }

    private void dispatch(Cluster client, Flux<Integer> source, Plan<Integer, Integer> plan, DispatchOptions options) {
        client.dispatch(source, plan, options).subscribe(heard::add, heard::add, () -> heard.add("complete"));
        world.advance(SOON);
    }

    private static TaskOutcome<Integer> success(int value) {
        return new TaskOutcome.Success<>(value);
    }

    private TaskOutcome.Failure<?> failure(int place) {
        return (TaskOutcome.Failure<?>) heard.get(place);
    }

    /** The second of three elements failed, and the others did not. */
    private TaskOutcome.Failure<?> theSecondFailed() {
        assertThat(heard).hasSize(4);
        assertThat(heard.get(0)).isEqualTo(success(2));
        assertThat(heard.get(2)).isEqualTo(success(6));
        assertThat(heard.get(3)).isEqualTo("complete");
        return failure(1);
    }

    private void assertIdle(Cluster client, Node node) {
        world.advance(Duration.ofSeconds(20));
        assertThat(client.stats().inFlight()).isZero();
        assertThat(client.stats().pending()).isZero();
        assertThat(node.stats().running()).isZero();
        assertThat(node.stats().queued()).isZero();
    }

    // ---- functions of the stream

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "checked", "stack", "assertion", "linkage", "mute"})
    void aRouterThatThrowsFailsItsElement(String kind) {
        Node node = world.node("a");
        Cluster client = world.client(1);
        dispatch(
                client,
                Flux.just(1, 2, 3),
                Calls.doubling(),
                DispatchOptions.DEFAULTS.withRouter(
                        element -> Integer.valueOf(2).equals(element) ? thrown(throwable(kind)) : new Route.Any()));
        TaskOutcome.Failure<?> failed = theSecondFailed();
        assertThat(failed.kind()).isEqualTo(FailureKind.BAD_ARGUMENTS);
        assertThat(failed.message()).startsWith("The router ").contains("threw");
        assertThat(failed.type()).isEqualTo(throwable(kind).getClass().getName());
        assertIdle(client, node);
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // that is what is wrong with them
    void whatIsNullFailsItsElement() {
        world.node("a");
        Cluster client = world.client(1);
        dispatch(client, Flux.just(1), Calls.doubling(), DispatchOptions.DEFAULTS.withRouter(null));
        assertThat(failure(0).message()).startsWith("The router, which is null, threw");
        heard.clear();
        dispatch(client, Flux.just(1), Calls.doubling(), DispatchOptions.DEFAULTS.withRouter(element -> null));
        assertThat(failure(0).message()).startsWith("The router ").endsWith("gave null");
        heard.clear();
        dispatch(
                client,
                Flux.just(1),
                Calls.doubling(),
                DispatchOptions.DEFAULTS.withRouter(element -> new Route.Label("x", null)));
        assertThat(failure(0).kind()).isEqualTo(FailureKind.BAD_ARGUMENTS);
    }

    @Test
    void aPlanMaySayWhatItWantsOnAnotherThread() throws Exception {
        Node node = world.node("a");
        Cluster client = world.client(1);
        List<Run> runs = new ArrayList<>();
        dispatch(
                client,
                Flux.just(1, 2),
                new Plan<>() {
                    @Override
                    public void begin(Integer element, Run run) {
                        runs.add(run);
                    }

                    @Override
                    public Type resultType() {
                        return Integer.class;
                    }
                },
                DispatchOptions.DEFAULTS);
        assertThat(heard).isEmpty();
        Thread other = new Thread(() -> runs.forEach(run -> {
            Calls.doubling().begin(5, run);
            run.fail(TaskOutcome.Failure.of(FailureKind.TASK_FAILED, "later", ""));
        }));
        other.start();
        other.join();
        world.advance(SOON);
        assertThat(heard).hasSize(3);
        assertThat(failure(0).message()).isEqualTo("later");
        assertIdle(client, node);
    }

    @Test
    void aRouterIsAskedOnTheThreadThatBringsTheElement() {
        world.node("a");
        List<Thread> threads = new ArrayList<>();
        Member client = (Member) world.client(1);
        List<Subscriber<? super Integer>> source = new ArrayList<>();
        Publisher<Integer> byHand = subscriber -> {
            source.add(subscriber);
            subscriber.onSubscribe(new Silent());
        };
        dispatch(client, Flux.from(byHand), Calls.doubling(), DispatchOptions.DEFAULTS.withRouter(element -> {
            threads.add(Thread.currentThread());
            return new Route.Any();
        }));
        client.loop().execute(() -> {
            Thread other = new Thread(() -> source.get(0).onNext(1));
            other.start();
            try {
                other.join();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            assertThat(threads).containsExactly(other);
        });
        world.advance(SOON);
        assertThat(threads).hasSize(1);
        assertThat(heard).containsExactly(success(2));
    }

    private static final class Silent implements Subscription {
        @Override
        public void request(long more) {}

        @Override
        public void cancel() {}
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "checked", "stack", "assertion", "linkage", "mute"})
    void aPlanThatThrowsAsItBeginsFailsItsElement(String kind) {
        Node node = world.node("a");
        Cluster client = world.client(1);
        Calls<Integer, Integer> plan =
                new Calls<>("add", x -> x == 2 ? thrown(throwable(kind)) : List.of(x, x), Integer.class);
        dispatch(client, Flux.just(1, 2, 3), plan, DispatchOptions.DEFAULTS);
        assertThat(theSecondFailed().message()).contains("The plan").contains("threw");
        assertIdle(client, node);
    }

    /** Does what it likes with what comes. */
    private record Careless(Consumer<Run> succeeded, Consumer<Run> failed) implements Plan<Integer, Integer> {
        @Override
        public void begin(Integer element, Run run) {
            Work work = element == 2
                    ? new Work.Call("fail", List.of("so it is"), Map.of())
                    : new Work.Call("add", List.of(element, element), Map.of());
            run.submit(work, new Run.Then() {
                @Override
                public void succeeded(Run same, Payload value) {
                    if (element == 3) {
                        succeeded.accept(same);
                    }
                    same.succeed(value);
                }

                @Override
                public void failed(Run same, TaskOutcome.Failure<?> failure) {
                    failed.accept(same);
                    same.fail(failure);
                }
            });
        }

        @Override
        public Type resultType() {
            return Integer.class;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "checked", "stack", "assertion", "linkage", "mute"})
    void aPlanThatThrowsAsItHearsOfAnOutcomeFailsItsElement(String kind) {
        Node node = world.node("a");
        Cluster client = world.client(1);
        dispatch(
                client,
                Flux.just(1, 2, 3, 4),
                new Careless(run -> thrown(throwable(kind)), run -> thrown(throwable(kind))),
                DispatchOptions.DEFAULTS);
        assertThat(heard).hasSize(5);
        assertThat(heard.get(0)).isEqualTo(success(2));
        assertThat(failure(1).message()).contains("The plan").contains("threw");
        assertThat(failure(2).message()).contains("The plan").contains("threw");
        assertThat(heard.get(3)).isEqualTo(success(8));
        assertThat(heard.get(4)).isEqualTo("complete");
        assertIdle(client, node);
    }

    @Test
    void aPlanWhoseTypeCannotBeToldFailsItsElements() {
        world.node("a");
        dispatch(
                world.client(1),
                Flux.just(1),
                new Plan<>() {
                    @Override
                    public void begin(Integer element, Run run) {
                        Calls.doubling().begin(element, run);
                    }

                    @Override
                    public Type resultType() {
                        throw new IllegalStateException("no type");
                    }
                },
                DispatchOptions.DEFAULTS);
        assertThat(failure(0).message()).contains("no type");
        assertThat(heard.get(1)).isEqualTo("complete");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "checked", "stack", "assertion", "linkage", "mute"})
    void aRetryPredicateThatThrowsEndsItsElementWithBothFailures(String kind) {
        Node node = world.node("a", World.SMALL.withWorkers(1));
        Cluster client = world.client(1);
        RetryPolicy retry = RetryPolicy.backoff(3, Duration.ofMillis(1)).onlyIf(failure -> thrown(throwable(kind)));
        dispatch(
                client,
                Flux.just(1, 2, 3, 4),
                new Careless(run -> {}, run -> {}),
                DispatchOptions.DEFAULTS.withRetry(retry));
        assertThat(heard).hasSize(5);
        TaskOutcome.Failure<?> failed = failure(1);
        assertThat(failed.kind()).isEqualTo(FailureKind.TASK_FAILED);
        assertThat(failed.task()).isEqualTo("fail");
        assertThat(failed.node()).isEqualTo("a");
        assertThat(failed.message())
                .startsWith("so it is; ")
                .contains("The predicate of the retry policy")
                .contains(throwable(kind).getClass().getName());
        assertThat(failed.trace())
                .contains("so it is")
                .contains(throwable(kind).getClass().getName());
        assertIdle(client, node);
    }

    /** A list that a user made. */
    private static final class Lazy extends AbstractList<Object> {
        private final Throwable thrown;

        Lazy(Throwable thrown) {
            this.thrown = thrown;
        }

        @Override
        public Object get(int index) {
            return thrown(thrown);
        }

        @Override
        public int size() {
            return 1;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "checked", "stack", "assertion", "linkage", "mute"})
    void anArgumentThatCannotBeWrittenFailsItsElementAtOnceAndNamesItsTask(String kind) {
        Node node = world.node("a");
        Cluster client = world.client(1);
        for (int place = 0; place < 2; place++) {
            heard.clear();
            List<@Nullable Object> args = place == 0 ? List.of(new Lazy(throwable(kind)), 1) : null;
            Calls<Integer, Integer> plan = new Calls<>(
                    "add",
                    x -> x != 2 ? List.of(x, x) : args != null ? args : new Lazy(throwable(kind)),
                    Integer.class);
            dispatch(client, Flux.just(1, 2, 3), plan, DispatchOptions.DEFAULTS.withTimeout(Duration.ZERO));
            TaskOutcome.Failure<?> failed = theSecondFailed();
            assertThat(failed.kind()).isEqualTo(FailureKind.UNENCODABLE);
            assertThat(failed.task()).isEqualTo("add");
        }
        assertIdle(client, node);
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "checked", "stack", "assertion", "linkage", "mute"})
    void aChoiceOfSitesThatThrowsEndsItsFeedOnly(String kind) {
        world.node("a", World.SMALL, tasksWithAFeed());
        Cluster client = world.client(1);
        client.feed("count", Integer.class, FeedOptions.DEFAULTS.atSites(site -> thrown(throwable(kind))))
                .subscribe(heard::add, heard::add);
        List<Object> others = new ArrayList<>();
        client.feed("count", Integer.class).take(3).subscribe(others::add);
        world.advance(SOON);
        assertThat(others).hasSize(3);
        assertThat(heard).hasSize(1);
        TaskException failed = (TaskException) heard.get(0);
        assertThat(failed.failure().type()).isEqualTo(throwable(kind).getClass().getName());
    }

    private static TaskRegistry tasksWithAFeed() {
        return TaskRegistry.builder().source("count", Flux.range(0, 1_000)).build();
    }

    // ---- operators around a stream

    private void assertEndedWith(Throwable thrown, Cluster client, Node node) {
        assertThat(heard).last().isSameAs(thrown);
        assertIdle(client, node);
        heard.clear();
        dispatch(client, Flux.just(1), Calls.doubling(), DispatchOptions.DEFAULTS);
        assertThat(heard).containsExactly(success(2), "complete");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "checked", "stack", "assertion", "linkage", "mute"})
    void anOperatorThatThrowsAsItGetsAnOutcomeEndsItsStreamAtOnce(String kind) {
        Node node = world.node("a");
        Cluster client = world.client(1);
        Throwable rude = throwable(kind);
        List<String> source = new ArrayList<>();
        client.dispatch(
                        Flux.range(1, 100).doOnCancel(() -> source.add("cancelled")),
                        Calls.doubling(),
                        DispatchOptions.DEFAULTS)
                .subscribe(new Listener() {
                    @Override
                    void next(TaskOutcome<Integer> outcome) {
                        if (heard.size() == 3) {
                            thrown(rude);
                        }
                        heard.add(outcome);
                    }
                });
        world.advance(SOON);
        assertThat(heard).startsWith(success(2), success(4), success(6)).hasSize(4);
        assertThat(source).containsExactly("cancelled");
        assertEndedWith(rude, client, node);
    }

    /** As Reactor rethrows it. */
    @Test
    void aMapThatOverflowsTheStackDoesNotCompleteItsStreamWithOneElementMissing() {
        Node node = world.node("a");
        Cluster client = world.client(1);
        StackOverflowError rude = new StackOverflowError();
        client.dispatch(Flux.just(1, 2, 3), Calls.doubling(), DispatchOptions.DEFAULTS)
                .map(outcome ->
                        outcome.equals(success(6)) ? RudeUsersTest.<Object, RuntimeException>thrown(rude) : outcome)
                .subscribe(heard::add, heard::add, () -> heard.add("complete"));
        world.advance(SOON);
        assertThat(heard).containsExactly(success(2), success(4), rude);
        assertEndedWith(rude, client, node);
    }

    @Test
    void aSubscriberThatThrowsAsItIsSubscribedHearsOfIt() {
        Node node = world.node("a");
        Cluster client = world.client(1);
        StackOverflowError rude = new StackOverflowError();
        client.dispatch(Flux.just(1, 2, 3), Calls.doubling(), DispatchOptions.DEFAULTS)
                .subscribe(new Listener() {
                    @Override
                    protected void hookOnSubscribe(Subscription subscription) {
                        thrown(rude);
                    }
                });
        world.advance(SOON);
        assertEndedWith(rude, client, node);
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "checked", "stack", "assertion", "linkage", "mute"})
    void aSourceThatThrowsAsItIsSubscribedAskedOrCancelledEndsItsStream(String kind) {
        Node node = world.node("a");
        Cluster client = world.client(1);
        Throwable rude = throwable(kind);
        Publisher<Integer> atOnce = subscriber -> thrown(rude);
        dispatch(client, Flux.from(atOnce), Calls.doubling(), DispatchOptions.DEFAULTS);
        assertEndedWith(rude, client, node);
        Publisher<Integer> later = subscriber -> {
            subscriber.onSubscribe(new Silent());
            thrown(rude);
        };
        dispatch(client, Flux.from(later), Calls.doubling(), DispatchOptions.DEFAULTS);
        assertEndedWith(rude, client, node);
        Publisher<Integer> asked = subscriber -> subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long more) {
                subscriber.onNext(1);
                thrown(rude);
            }

            @Override
            public void cancel() {}
        });
        dispatch(client, Flux.from(asked), Calls.doubling(), DispatchOptions.DEFAULTS);
        assertEndedWith(rude, client, node);
        Publisher<Integer> cancelled = subscriber -> subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long more) {
                subscriber.onNext(1);
            }

            @Override
            public void cancel() {
                thrown(rude);
            }
        });
        dropped.clear();
        client.dispatch(cancelled, Calls.doubling(), DispatchOptions.DEFAULTS)
                .subscribe()
                .dispose();
        world.advance(SOON);
        assertThat(dropped).containsExactly(rude);
        assertIdle(client, node);
    }

    /** Throws what it likes, past what Reactor would catch. */
    private class Listener implements CoreSubscriber<TaskOutcome<Integer>> {
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        void next(TaskOutcome<Integer> outcome) {
            heard.add(outcome);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            hookOnSubscribe(subscription);
        }

        @Override
        public void onNext(TaskOutcome<Integer> outcome) {
            next(outcome);
        }

        @Override
        public void onError(Throwable failed) {
            heard.add(failed);
        }

        @Override
        public void onComplete() {
            heard.add("complete");
        }
    }

    // ---- who listens to the member

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "checked", "stack", "assertion", "linkage", "mute"})
    void whoThrowsAtAnEventHearsNoMoreAndAllOthersDo(String kind) {
        Cluster client = world.client(0);
        Throwable rude = throwable(kind);
        List<Object> others = new ArrayList<>();
        client.events().subscribe(new BaseSubscriber<>() {
            @Override
            public void hookOnNext(ClusterEvent event) {
                // the first one tells of the connection
                if (event instanceof ClusterEvent.NodeChanged) {
                    thrown(rude);
                }
            }

            @Override
            public void hookOnError(Throwable failed) {
                heard.add(failed);
            }
        });
        client.events().subscribe(others::add);
        Node node = world.node("a");
        world.node("b");
        world.advance(SOON);
        assertThat(heard).containsExactly(rude);
        assertThat(others).hasSizeGreaterThanOrEqualTo(3);
        heard.clear();
        assertEndedWithNothing(client, node);
    }

    private void assertEndedWithNothing(Cluster client, Node node) {
        dispatch(client, Flux.just(1), Calls.doubling(), DispatchOptions.DEFAULTS);
        assertThat(heard).containsExactly(success(2), "complete");
        assertIdle(client, node);
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "checked", "stack", "assertion", "linkage", "mute"})
    void aConditionOnNodesThatThrowsEndsTheWait(String kind) {
        Cluster client = world.client(0);
        Throwable rude = throwable(kind);
        client.awaitNodes(nodes -> nodes.isEmpty() ? false : thrown(rude), SOON).subscribe(heard::add, heard::add);
        Node node = world.node("a");
        world.advance(SOON);
        assertThat(heard).containsExactly(rude);
        heard.clear();
        assertEndedWithNothing(client, node);
    }

    @Test
    void whoThrowsAtAnAnswerOfTheMemberHarmsNobody() {
        Node node = world.node("a");
        Cluster client = world.client(1);
        StackOverflowError rude = new StackOverflowError();
        client.inFlight()
                .map(tasks -> RudeUsersTest.<Object, RuntimeException>thrown(rude))
                .subscribe(heard::add, heard::add);
        assertThat(heard).containsExactly(rude);
        heard.clear();
        assertEndedWithNothing(client, node);
        Mono<Void> done = node.offer("module", "1", TaskRegistry.builder().build());
        heard.clear();
        done.doOnSuccess(nothing -> thrown(rude)).subscribe(heard::add, heard::add);
        assertThat(heard).containsExactly(rude);
    }

    // ---- what is not emitted

    @Test
    void outcomesThatWaitForDemandAreDiscardedWhenTheStreamIsCancelled() {
        world.node("a");
        Cluster client = world.client(1);
        List<Object> discarded = new ArrayList<>();
        var subscriber = new BaseSubscriber<TaskOutcome<Integer>>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }
        };
        client.dispatch(Flux.just(1, 2, 3), Calls.doubling(), DispatchOptions.DEFAULTS)
                .doOnDiscard(TaskOutcome.class, discarded::add)
                .subscribe(subscriber);
        world.advance(SOON);
        subscriber.cancel();
        world.advance(SOON);
        assertThat(discarded).containsExactly(success(4), success(6));
    }

    @Test
    void itemsThatWaitForDemandAreDiscardedWhenTheStreamIsCancelled() {
        world.node(
                "a",
                World.SMALL,
                TaskRegistry.builder()
                        .task("many", "n", Integer.class, n -> Flux.range(0, n))
                        .build());
        Cluster client = world.client(1);
        List<Object> discarded = new ArrayList<>();
        var subscriber = new BaseSubscriber<TaskOutcome<Integer>>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }
        };
        client.dispatch(Mono.just(4), ItemStreams.Several.of("many"), DispatchOptions.DEFAULTS)
                .doOnDiscard(TaskOutcome.class, discarded::add)
                .subscribe(subscriber);
        world.advance(SOON);
        subscriber.cancel();
        world.advance(SOON);
        assertThat(discarded).containsExactly(success(1), success(2), success(3));
    }
}
