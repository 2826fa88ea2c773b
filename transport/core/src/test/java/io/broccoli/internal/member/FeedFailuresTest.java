package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.feed.FeedPacer;
import io.broccoli.feed.Source;
import io.broccoli.node.Node;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.task.Work;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** How feeds end, and what their sources do wrong. */
class FeedFailuresTest extends FeedScene {

    @Test
    void aSourceThatFailsEndsTheFeedWithItsMessageUnlessFailuresAreSkipped() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(Flux.range(1, 3).concatWith(Mono.error(new IllegalStateException("no power")))));
            node(world, "b", Source.of(ticks(world)).latest());
            Cluster client = world.client(2);
            subscribe(client, OPTIONS);
            world.advance(SOON);
            assertThat(sequences(of("a"))).containsExactly(1L, 2L, 3L);
            assertThat(errors).singleElement().satisfies(error -> assertThat(error)
                    .isInstanceOf(TaskException.class)
                    .hasMessageContaining("no power (task feed:count on node a)"));
            samples.clear();
            List<String> heard = new ArrayList<>();
            subscribe(client, OPTIONS.skipFailures((node, why) -> heard.add(node)));
            world.advance(SOON);
            assertThat(heard).containsExactly("a", "a");
            assertThat(sequences(of("a"))).as("counted on").containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
            assertThat(of("b").size()).isGreaterThan(1_900);
        }
    }

    @Test
    void pausesGrowOnlyWhileASourceFailsAndGivesNothing() throws Exception {
        try (World world = new World()) {
            Mono<Integer> fails = Mono.error(new IllegalStateException("no power"));
            node(world, "gives", Source.of(Mono.just(1).concatWith(fails)));
            node(world, "silent", Source.of(fails));
            List<String> heard = new ArrayList<>();
            subscribe(world.client(2), OPTIONS.skipFailures((node, why) -> heard.add(node)));
            world.advance(Duration.ofMinutes(1));
            assertThat(Collections.frequency(heard, "gives")).as("each second").isBetween(55, 60);
            assertThat(Collections.frequency(heard, "silent"))
                    .as("after 1, 2, 4, 8, 16 s")
                    .isEqualTo(6);
        }
    }

    @Test
    void aSourceThatCompletesEndsItsPartUntilItsNodeBeginsAnew() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", Source.of(Flux.range(1, 100)));
            Cluster client = world.client(1);
            subscribe(client, OPTIONS);
            world.advance(Duration.ofSeconds(5));
            assertThat(sequences(samples)).isEqualTo(upTo(100));
            assertThat(stats(node).subscribers()).isZero();
            node.close();
            world.advance(Duration.ofSeconds(1));
            node(world, "a", Source.of(Flux.range(1, 50)));
            world.advance(Duration.ofSeconds(5));
            assertThat(sequences(samples.subList(100, samples.size()))).isEqualTo(upTo(50));
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void aSourceThatCompletedIsNoFailureThoughItsNodeLeavesBeforeAllIsRead() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", Source.of(Flux.range(1, 5)));
            Cluster client = world.client(1);
            Pacer<Integer> pacer = new Pacer<>(client.feed("count", Integer.class, OPTIONS));
            world.advance(SOON);
            node.close();
            world.advance(SOON);
            pacer.request(100);
            world.advance(SOON);
            assertThat(sequences(pacer.samples)).isEqualTo(upTo(5));
            assertThat(pacer.error).isNull();
            node(world, "a", Source.of(Flux.range(1, 3)));
            world.advance(SOON);
            assertThat(pacer.samples).hasSize(8);
        }
    }

    @Test
    void nothingMoreIsAskedForASubscriberOfWhichASampleCouldNotBeSent() throws Exception {
        try (World world = new World()) {
            node(
                    world,
                    "a",
                    Source.of(Flux.from(numbers()).take(5_000).map(i -> i == 3 ? (Object) "x".repeat(20_000_000) : i)));
            Cluster client = world.client(1);
            subscribe(client, OPTIONS.withWindow(4));
            world.advance(SOON);
            assertThat(sequences(samples)).isEqualTo(upTo(2));
            assertThat(((TaskException) errors.get(0)).failure().kind()).isEqualTo(FailureKind.TOO_LARGE);
            assertThat(requested).isEqualTo(4);
        }
    }

    @Test
    void aSampleWhosePositionCannotBeIsAFailure() throws Exception {
        try (World world = new World()) {
            world.node(
                    "a",
                    World.SMALL,
                    TaskRegistry.builder()
                            .task("feed:count", (context, args) -> Flux.just(List.of(5, -1, 0, 0, 7)))
                            .build());
            List<String> heard = new ArrayList<>();
            subscribe(world.client(1), OPTIONS.skipFailures((node, why) -> heard.add(why.getMessage())));
            world.advance(Duration.ofMillis(500));
            assertThat(errors).isEmpty();
            assertThat(heard).singleElement().asString().contains("A sample cannot be read");
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, -1", "0, x"})
    void aPositionThatCannotBeIsRefusedByTheNode(String epoch, String sequence) throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", Source.of(numbers()));
            Plan<Integer, Integer> wrong = new Plan<>() {
                @Override
                public void begin(Integer element, Run run) {
                    Object second = sequence.equals("x") ? "x" : Long.valueOf(sequence);
                    run.stream(
                            new Work.Call("feed:count", List.of(Long.valueOf(epoch), second), Map.of()), Run::succeed);
                }

                @Override
                public Type resultType() {
                    return Integer.class;
                }
            };
            List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
            world.client(1)
                    .dispatch(Flux.just(1), wrong, DispatchOptions.DEFAULTS.withItems(8))
                    .subscribe(outcomes::add);
            world.advance(SOON);
            assertThat(outcomes)
                    .singleElement()
                    .isInstanceOfSatisfying(TaskOutcome.Failure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(FailureKind.BAD_ARGUMENTS));
            assertThat(subscribed).isZero();
            assertThat(node.stats().running()).as("its worker is free").isZero();
        }
    }

    /** A node that closes is lost to a pacer; one whose connection breaks may start again. */
    @ParameterizedTest
    @ValueSource(strings = {"started", "left"})
    void whatAPacerThrowsEndsTheFeedThoughNoSampleComesAnyMore(String where) throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", Source.of(numbers()));
            subscribe(world.client(1), OPTIONS.pacedBy(new FeedPacer() {
                private void heard(String what) {
                    if (what.equals(where)) {
                        throw new IllegalStateException("rude as it " + what);
                    }
                }

                @Override
                public void started(String name, Credit credit) {
                    credit.ask(3);
                    heard("started");
                }

                @Override
                public void stopped(String name) {
                    heard("stopped");
                }

                @Override
                public void left(String name) {
                    heard("left");
                }
            }));
            world.advance(SOON);
            assertThat(samples).hasSize(where.equals("started") ? 0 : 3);
            node.close();
            world.advance(SOON);
            assertThat(errors).singleElement().satisfies(error -> assertThat(error)
                    .hasMessageContaining("rude as it " + where));
        }
    }

    @Test
    void valuesThatCannotBeSentOrReadAreFailuresThatSayWhy() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(Flux.just(1, "two")));
            Cluster client = world.client(1);
            subscribe(client, OPTIONS);
            world.advance(SOON);
            assertThat(samples).hasSize(1);
            assertThat(((TaskException) errors.get(0)).failure().kind()).isEqualTo(FailureKind.CONVERSION);
            node(world, "b", Source.of(Flux.just(1, new Object())));
            subscribe(client, OPTIONS.fromNodes("b"));
            world.advance(SOON);
            assertThat(((TaskException) errors.get(1)).failure().kind()).isEqualTo(FailureKind.UNENCODABLE);
            node(world, "c", Source.of(Flux.just(1, "x".repeat(20_000_000))));
            subscribe(client, OPTIONS.fromNodes("c"));
            world.advance(SOON);
            assertThat(((TaskException) errors.get(2)).failure().kind()).isEqualTo(FailureKind.TOO_LARGE);
            assertThat(samples).hasSize(3);
        }
    }

    @Test
    void aPublisherThatGivesMoreThanItWasAskedForIsAFailure() throws Exception {
        try (World world = new World()) {
            List<Subscriber<? super Integer>> subscribers = new ArrayList<>();
            Publisher<Integer> rude = subscriber -> {
                subscribers.add(subscriber);
                subscriber.onSubscribe(Operators.emptySubscription());
            };
            node(world, "a", Source.of(rude));
            Cluster client = world.client(1);
            Pacer<Integer> pacer = new Pacer<>(client.feed("count", Integer.class, OPTIONS.withWindow(4)));
            pacer.request(1);
            world.advance(SOON);
            for (int i = 0; i < 6; i++) {
                subscribers.get(0).onNext(i);
            }
            pacer.request(100);
            world.advance(SOON);
            assertThat(sequences(pacer.samples)).isEqualTo(upTo(5));
            assertThat(pacer.error).hasMessageContaining("more than it was asked for");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void whatASchedulerTakesAndForgetsIsScheduledAgain(int before) throws Exception {
        try (World world = new World()) {
            Forgetful scheduler = new Forgetful(world.time, before);
            node(
                    world,
                    "a",
                    World.SMALL.withWorkerScheduler(scheduler),
                    Source.of(Flux.range(1, 50).concatWith(Mono.never())));
            subscribe(world.client(1), OPTIONS.withWindow(4));
            world.advance(Duration.ofSeconds(4));
            assertThat(scheduler.hasForgotten()).isTrue();
            assertThat(sequences(samples)).isEqualTo(upTo(50));
            assertThat(errors).isEmpty();
        }
    }
}
