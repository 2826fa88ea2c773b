package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.Hedging;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.node.Node;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Tasks that answer with several values, over whole members in virtual time; nothing is lost. */
class ItemsTest extends ItemStreams {

    @Test
    void eachValueIsAnOutcomeInOrder() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(100), Several.of("range"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(values()).isEqualTo(range(100));
            assertEmpty(world, client, node);
        }
    }

    @Test
    void valuesOfAnElementComeBeforeThoseOfTheNext() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            node(world, "b");
            Cluster client = world.client(2);
            Ending run = run(client, Flux.range(0, 40), Several.of("range"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(values())
                    .isEqualTo(Flux.range(0, 40)
                            .flatMapSequential(n -> Flux.range(0, n))
                            .collectList()
                            .block());
        }
    }

    @Test
    void valuesComeAsTheyAreThereWhenOrderDoesNotMatter() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(60, 50, 1), Several.of("ticks"), OPTIONS.withOrdered(false));
            world.await(() -> run.completed, LONG);
            Map<Integer, Integer> counts = new HashMap<>();
            values().forEach(value -> counts.merge(value, 1, Integer::sum));
            assertThat(values()).hasSize(111);
            assertThat(counts.get(0)).isEqualTo(3);
            assertThat(counts.get(49)).isEqualTo(2);
            assertThat(values().indexOf(59)).as("two at a time").isGreaterThan(100);
        }
    }

    @Test
    void anEmptyStreamGivesNothing() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(0, 2, 0, 1, 0), Several.of("range"), OPTIONS);
            world.await(() -> run.completed, Duration.ofSeconds(1));
            assertThat(values()).containsExactly(0, 1, 0);
            assertEmpty(world, client, node);
        }
    }

    @Test
    void aTaskThatGivesOneValueGivesOneItem() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(7, 8), Several.of("next"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(values()).containsExactly(8, 9);
        }
    }

    @Test
    void theLastStepOfARowMayGiveSeveral() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(1, 2), Several.of("next", "next", "range"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(values()).containsExactly(0, 1, 2, 0, 1, 2, 3);
        }
    }

    @Test
    void severalValuesWhereOneIsAskedForAreAFailureThatSaysWhatToUse() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(3), Calls.of("range"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(failure(0).message())
                    .isEqualTo("range gives several values, and one is asked for: use flatMap or stream");
            Ending middle = run(client, Flux.just(3), Several.of("next", "range", "next"), OPTIONS);
            world.await(() -> middle.completed, LONG);
            assertThat(failure(1).message())
                    .isEqualTo("range gives several values, which a step of a chain that is not the last cannot");
            assertThat(failure(1).step()).isEqualTo(2);
            assertThat(requested).as("nothing was subscribed").isZero();
        }
    }

    @Test
    void anErrorComesBehindTheValuesBeforeIt() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(70, 0, 2), Several.of("broken"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(outcomes).hasSize(75);
            assertThat(failure(70).message()).isEqualTo("broken after 70");
            assertThat(failure(70).kind()).isEqualTo(FailureKind.TASK_FAILED);
            assertThat(failure(70).node()).isEqualTo("a");
            assertThat(failure(71).message()).isEqualTo("broken after 0");
            assertThat(failure(74).message()).isEqualTo("broken after 2");
            assertEmpty(world, client, node);
        }
    }

    @Test
    void aValueThatIsTooLargeEndsTheStreamBehindThoseBeforeIt() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(20_000_000), Several.of("large"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(outcomes.get(0)).isEqualTo(new TaskOutcome.Success<>(20_000_000));
            assertThat(failure(1).kind()).isEqualTo(FailureKind.TOO_LARGE);
            assertThat(failure(1).message()).startsWith("Item 2 takes 20000005 bytes, at most ");
            assertThat(outcomes).hasSize(2);
        }
    }

    @Test
    void aValueOfAnotherTypeEndsItsElementAndTheRestGoesOn() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(5, 6), Several.of("large"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(outcomes).hasSize(4);
            assertThat(failure(1).kind()).isEqualTo(FailureKind.CONVERSION);
            assertThat(failure(3).kind()).isEqualTo(FailureKind.CONVERSION);
            assertEmpty(world, client, node);
        }
    }

    @Test
    void aHundredThousandValuesGoThroughOneStream() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Ending run = run(client, Flux.just(100_000), Several.of("range"), OPTIONS);
            world.await(() -> run.completed, LONG);
            assertThat(values()).isEqualTo(range(100_000));
            assertThat(client.stats().framesReceived()).isLessThan(100_000 / 4);
            assertEmpty(world, client, node);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 32, 1024})
    void aSlowSubscriberStopsThePublisherWithinTheItemWindow(int items) throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            List<TaskOutcome<Integer>> received = outcomes;
            BaseSubscriber<TaskOutcome<Integer>> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(3);
                }

                @Override
                protected void hookOnNext(TaskOutcome<Integer> outcome) {
                    received.add(outcome);
                }
            };
            client.dispatch(Flux.just(1), Several.of("endless"), OPTIONS.withItems(items))
                    .doOnNext(outcome -> assertThat(requested).isLessThanOrEqualTo(received.size() + items))
                    .subscribe(subscriber);
            world.await(() -> received.size() == 3, LONG);
            world.advance(Duration.ofMinutes(10));
            assertThat(received).as("longer than the time-out").hasSize(3);
            assertThat(requested).isBetween(3L + items / 2, 3L + items);
            for (int i = 1; i < 20; i++) {
                int many = 3 + 20 * i;
                subscriber.request(20);
                world.await(() -> received.size() == many, LONG);
                assertThat(requested).isLessThanOrEqualTo(many + items);
            }
            assertThat(values()).isEqualTo(range(383));
            subscriber.cancel();
            world.advance(Duration.ofMillis(10));
            assertThat(disposed).isEqualTo(1);
            assertEmpty(world, client, node);
        }
    }

    @Test
    void elementsBehindWorkAheadWithinTheirOwnItemWindow() throws Exception {
        try (World world = new World()) {
            node(world, "a", World.SMALL.withWorkers(8).withQueue(8));
            Cluster client = world.client(1);
            int window = 4;
            int items = 5;
            BaseSubscriber<TaskOutcome<Integer>> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(1);
                }

                @Override
                protected void hookOnNext(TaskOutcome<Integer> outcome) {
                    outcomes.add(outcome);
                }
            };
            client.dispatch(
                            Flux.range(0, 100),
                            Several.of("endless"),
                            OPTIONS.withWindow(window).withItems(items))
                    .subscribe(subscriber);
            world.await(() -> outcomes.size() == 1, LONG);
            world.advance(Duration.ofSeconds(30));
            assertThat(started).isEqualTo(window);
            assertThat(requested).isBetween((long) window * items, window * items + 1L);
            subscriber.cancel();
            world.advance(Duration.ofMillis(10));
            assertThat(disposed).isEqualTo(window);
        }
    }

    @Test
    void cancellingDisposesThePublisherAndLeavesNothingBehind() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            var subscription = client.dispatch(Flux.range(0, 100), Several.of("endless"), OPTIONS.withOrdered(false))
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() > 500, LONG);
            subscription.dispose();
            world.advance(Duration.ofMillis(10));
            assertThat(disposed).isEqualTo(started).isEqualTo(2);
            assertEmpty(world, client, node);
            assertThat(started).isEqualTo(2);
        }
    }

    @Test
    void thePublisherOfAProducerThatFellSilentIsDisposed() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            run(client, Flux.just(1), Several.of("endless"), OPTIONS);
            world.await(() -> outcomes.size() > 100, LONG);
            world.network.divide("a", client.name());
            world.advance(Duration.ofSeconds(12));
            assertThat(disposed).isEqualTo(1);
            assertThat(node.stats().running()).isZero();
        }
    }

    @Test
    void manyStreamsShareNodesAndLinks() throws Exception {
        try (World world = new World()) {
            Node a = node(world, "a");
            Node b = node(world, "b");
            Cluster client = world.client(2);
            List<Ending> runs = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                runs.add(run(client, Flux.just(40, 2, 40), Several.of("ticks"), OPTIONS));
            }
            world.await(() -> runs.stream().allMatch(run -> run.completed), LONG);
            assertThat(values()).hasSize(30 * 82);
            assertEmpty(world, client, a, b);
        }
    }

    @Test
    void aStreamIsNotHedged() throws Exception {
        try (World world = new World()) {
            node(world, "a");
            node(world, "b");
            Cluster client = world.client(2);
            Plan<Integer, Integer> mixed = new Plan<>() {
                @Override
                public void begin(Integer element, Run run) {
                    Several.of(element < 0 ? "next" : "ticks").begin(element, run);
                }

                @Override
                public Type resultType() {
                    return Integer.class;
                }
            };
            Hedging hedging = Hedging.stragglers().withBudget(1);
            Flux<Integer> source = Flux.range(-100, 100).concatWith(Flux.just(100, 100, 100));
            Ending run = run(client, source, mixed, OPTIONS.withHedging(hedging));
            world.await(() -> run.completed, LONG);
            assertThat(values()).hasSize(400);
            assertThat(started).isEqualTo(3);
        }
    }

    @Test
    void theTimeOutCountsFromOneValueToTheNext() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a");
            Cluster client = world.client(1);
            Ending lasting =
                    run(client, Flux.just(300), Several.of("ticks"), OPTIONS.withTimeout(Duration.ofSeconds(1)));
            world.await(() -> lasting.completed, LONG);
            assertThat(values()).isEqualTo(range(300));
            outcomes.clear();
            Ending stuck = run(client, Flux.just(20), Several.of("silent"), OPTIONS.withTimeout(Duration.ofSeconds(1)));
            world.await(() -> stuck.completed, Duration.ofSeconds(2));
            assertThat(outcomes).hasSize(21);
            assertThat(failure(20).kind()).isEqualTo(FailureKind.TIMEOUT);
            assertEmpty(world, client, node);
        }
    }
}
