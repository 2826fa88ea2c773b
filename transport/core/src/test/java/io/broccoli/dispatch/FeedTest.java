package io.broccoli.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.FeedStats;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Site;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/** Feeds over whole members in virtual time. */
class FeedTest {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final FeedOptions OPTIONS = FeedOptions.DEFAULTS;

    private final List<Sample<Integer>> samples = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private long requested;
    private int subscribed;
    private int cancelled;

    private static TaskRegistry.Builder tasks() {
        return TaskRegistry.builder().task("add", "x", Integer.class, "y", Integer.class, Integer::sum);
    }

    private static Node node(World world, String name, Source source) {
        return node(world, name, World.SMALL, source);
    }

    private static Node node(World world, String name, NodeOptions options, Source source) {
        return world.node(name, options, tasks().source("count", source).build());
    }

    /** 1, 2, 3 ... as fast as they are asked for. */
    private Publisher<Integer> numbers() {
        return Flux.range(1, Integer.MAX_VALUE)
                .doOnSubscribe(subscription -> subscribed++)
                .doOnRequest(n -> requested += n)
                .doOnCancel(() -> cancelled++);
    }

    /** 1, 2, 3 ... one in a millisecond, whether asked for or not. */
    private Flux<Integer> ticks(World world) {
        return Flux.interval(Duration.ofMillis(1), world.time)
                .map(tick -> tick.intValue() + 1)
                .doOnSubscribe(subscription -> subscribed++)
                .doOnCancel(() -> cancelled++);
    }

    private Disposable subscribe(Cluster client, FeedOptions options) {
        return client.feed("count", Integer.class, options).subscribe(samples::add, errors::add);
    }

    private List<Sample<Integer>> of(String node) {
        return samples.stream().filter(sample -> sample.node().equals(node)).toList();
    }

    private static FeedStats stats(Node node) {
        node.stats();
        return node.stats().feeds().get(0);
    }

    private static List<Long> sequences(List<? extends Sample<?>> samples) {
        return samples.stream().map(Sample::sequence).toList();
    }

    private static List<Long> upTo(long count) {
        return LongStream.rangeClosed(1, count).boxed().toList();
    }

    private static void assertEmpty(World world, Cluster client, Node... nodes) {
        world.advance(Duration.ofSeconds(40));
        for (Node node : nodes) {
            node.stats();
            assertThat(node.stats().queued() + node.stats().running()).isZero();
            assertThat(node.stats().links()).isZero();
            assertThat(node.stats().feeds())
                    .allSatisfy(feed -> assertThat(feed.subscribers()).isZero());
        }
        client.stats();
        assertThat(client.stats().inFlight() + client.stats().pending()).isZero();
    }

    // ---- demand

    @Test
    void samplesComeInOrderAndNoMoreAreAskedForThanTheSubscriberTakesAndAWindow() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", Source.of(numbers()));
            Cluster client = world.client(1);
            Pacer<Integer> pacer = new Pacer<>(client.feed("count", Integer.class, OPTIONS.withWindow(8)));
            for (int taken = 5; taken <= 200; taken += 5) {
                int most = taken;
                pacer.request(5);
                world.await(() -> pacer.samples.size() == most, SOON);
                assertThat(requested).isLessThanOrEqualTo(taken + 8);
            }
            assertThat(sequences(pacer.samples)).isEqualTo(upTo(200));
            assertThat(pacer.samples).allSatisfy(sample -> {
                assertThat(sample.node()).isEqualTo("a");
                assertThat(sample.value()).isEqualTo((int) sample.sequence());
                assertThat(sample.missed()).isZero();
                assertThat(sample.time()).isBetween(Instant.EPOCH, Instant.EPOCH.plusSeconds(60));
            });
            pacer.cancel();
            world.advance(Duration.ofMillis(20));
            assertThat(cancelled).isEqualTo(1);
            assertThat(stats(node).subscribers()).isZero();
            assertEmpty(world, client, node);
        }
    }

    @Test
    void nothingIsSubscribedBeforeSomebodyListensAndOnceForAllWhoDo() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", Source.of(ticks(world)).dropOldest(8));
            Cluster client = world.client(1);
            Flux<Sample<Integer>> feed = client.feed("count", Integer.class);
            world.advance(SOON);
            assertThat(subscribed).isZero();
            Disposable first = feed.subscribe(samples::add);
            Disposable second = feed.subscribe();
            world.advance(SOON);
            assertThat(subscribed).isEqualTo(1);
            assertThat(stats(node).subscribers()).isEqualTo(2);
            first.dispose();
            world.advance(SOON);
            assertThat(cancelled).isZero();
            second.dispose();
            world.advance(SOON);
            assertThat(cancelled).isEqualTo(1);
            Disposable third = feed.subscribe(samples::add);
            world.advance(SOON);
            assertThat(subscribed).isEqualTo(2);
            assertThat(sequences(samples)).as("counted on").isSorted().doesNotHaveDuplicates();
            third.dispose();
            assertEmpty(world, client, node);
        }
    }

    @Test
    void subscribersHoldNeitherAWorkerNorAPlace() throws Exception {
        try (World world = new World()) {
            NodeOptions smallest = World.SMALL.withWorkers(1).withQueue(0);
            Node node = node(world, "a", smallest, Source.of(ticks(world)).latest());
            Cluster client = world.client(1);
            Set<Integer> heard = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                int which = i;
                client.feed("count", Integer.class).subscribe(sample -> heard.add(which));
            }
            world.await(() -> heard.size() == 20, SOON);
            List<TaskOutcome<Integer>> outcomes = new ArrayList<>();
            client.dispatch(Flux.range(0, 100), Calls.doubling(), DispatchOptions.DEFAULTS)
                    .subscribe(outcomes::add);
            world.await(() -> outcomes.size() == 100, SOON);
            assertThat(node.stats().running() + node.stats().queued()).isZero();
            assertThat(node.stats().maxHeld()).isEqualTo(1);
            assertThat(stats(node).subscribers()).isEqualTo(20);
        }
    }

    @Test
    void aSubscriberTooManyIsRefusedAndComesInWhenAnotherLeft() throws Exception {
        try (World world = new World()) {
            node(world, "a", World.SMALL.withMaxSubscribers(2), Source.of(numbers()));
            Cluster client = world.client(1);
            Disposable first = client.feed("count").limitRate(1).subscribe();
            client.feed("count").limitRate(1).subscribe();
            world.advance(SOON);
            subscribe(client, OPTIONS);
            world.advance(SOON);
            assertThat(errors).singleElement().isInstanceOfSatisfying(TaskException.class, refused -> {
                assertThat(refused.failure().kind()).isEqualTo(FailureKind.TOO_MANY_SUBSCRIBERS);
                assertThat(refused.failure().node()).isEqualTo("a");
                assertThat(refused).hasMessageContaining("The node serves 2 subscribers");
            });
            List<String> refusals = new ArrayList<>();
            Disposable patient = client.feed(
                            "count",
                            Integer.class,
                            OPTIONS.withWindow(1)
                                    .skipFailures((node, why) -> refusals.add(node + " " + why.getMessage())))
                    .take(50)
                    .subscribe(samples::add);
            world.advance(Duration.ofSeconds(8));
            assertThat(refusals).hasSizeBetween(3, 4); // after 0, 1, 3, 7 s
            assertThat(samples).isEmpty();
            first.dispose();
            world.await(() -> samples.size() == 50, Duration.ofSeconds(10));
            patient.dispose();
        }
    }

    // ---- slow subscribers

    @Test
    void theSlowestSubscriberSetsThePaceOfASourceThatSlowsDown() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", Source.of(numbers()));
            Cluster client = world.client(1);
            subscribe(client, OPTIONS.withWindow(4));
            world.advance(Duration.ofMillis(100));
            Pacer<Integer> slow = new Pacer<>(client.feed("count", Integer.class, OPTIONS.withWindow(4)));
            world.advance(Duration.ofMillis(100));
            int before = samples.size();
            world.advance(Duration.ofSeconds(3));
            assertThat(samples.size() - before).isLessThanOrEqualTo(4);
            slow.request(100);
            world.await(() -> slow.samples.size() == 100, SOON);
            world.advance(Duration.ofSeconds(1));
            assertThat(sequences(samples)).isEqualTo(upTo(samples.size()));
            assertThat(slow.samples.get(0).missed()).isZero();
            assertThat(sequences(slow.samples))
                    .isEqualTo(LongStream.range(0, 100)
                            .mapToObj(i -> slow.samples.get(0).sequence() + i)
                            .toList());
            assertThat(stats(node).missed()).isZero();
            int stopped = samples.size();
            slow.cancel();
            world.advance(Duration.ofSeconds(1));
            assertThat(samples.size()).isGreaterThan(stopped + 200);
        }
    }

    @Test
    void nothingIsDroppedForASubscriberThatTakesLessThanTheSourceWasAskedForAlready() throws Exception {
        try (World world = new World()) {
            Flux<Integer> slowly = Flux.range(1, Integer.MAX_VALUE)
                    .concatMap(
                            i -> Mono.delay(Duration.ofMillis(10), world.time).thenReturn(i), 1);
            Node node = node(world, "a", Source.of(slowly));
            Cluster client = world.client(1);
            subscribe(client, OPTIONS.withWindow(8));
            world.advance(Duration.ofMillis(100));
            Pacer<Integer> late = new Pacer<>(client.feed("count", Integer.class, OPTIONS.withWindow(2)));
            world.advance(Duration.ofSeconds(1));
            assertThat(stats(node).mostWaiting()).isBetween(4, 8);
            late.request(50);
            world.await(() -> late.samples.size() == 50, SOON);
            long first = late.samples.get(0).sequence();
            assertThat(sequences(late.samples))
                    .isEqualTo(LongStream.range(first, first + 50).boxed().toList());
            assertThat(stats(node).missed()).isZero();
        }
    }

    @Test
    void eachSubscriberHasItsOwnCreditAndIsToldWhatItMissed() throws Exception {
        try (World world = new World()) {
            Sinks.Empty<Void> end = Sinks.empty();
            Node node = node(
                    world,
                    "a",
                    Source.of(ticks(world).takeUntilOther(end.asMono())).dropOldest(16));
            Cluster client = world.client(1);
            subscribe(client, OPTIONS.withWindow(64));
            Pacer<Integer> slow = new Pacer<>(client.feed("count", Integer.class, OPTIONS.withWindow(2)));
            for (int i = 0; i < 20; i++) {
                world.advance(Duration.ofMillis(100));
                slow.request(1);
                assertThat(stats(node).mostWaiting()).isLessThanOrEqualTo(16);
            }
            end.tryEmitEmpty();
            slow.request(1000);
            world.advance(SOON);
            long produced = stats(node).produced();
            assertThat(produced).isBetween(1_900L, 2_000L);
            assertThat(sequences(samples)).as("the fast one").isEqualTo(upTo(produced));
            assertThat(slow.samples.size()).isBetween(20 + 16, 20 + 2 + 16);
            assertThat(slow.delivered() + slow.missed()).isEqualTo(produced);
            assertThat(slow.samples)
                    .allSatisfy(sample -> assertThat(sample.value()).isEqualTo((int) sample.sequence()));
            assertThat(stats(node).missed()).isEqualTo(slow.missed());
            assertThat(stats(node).passedOn()).isEqualTo(samples.size() + slow.samples.size());
        }
    }

    @Test
    void ofASourceThatGivesTheLatestASlowSubscriberGetsTheLastWord() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", Source.of(ticks(world)).latest());
            Cluster client = world.client(1);
            Pacer<Integer> slow = new Pacer<>(client.feed("count", Integer.class, OPTIONS.withWindow(1)));
            for (int i = 1; i <= 50; i++) {
                slow.request(1);
                world.advance(Duration.ofMillis(100));
                assertThat(slow.samples).hasSize(i);
            }
            for (int i = 2; i < 50; i++) { // what waited was the newest when there was credit for it
                long apart =
                        slow.samples.get(i).sequence() - slow.samples.get(i - 1).sequence();
                assertThat(apart).isBetween(90L, 110L);
                assertThat(slow.samples.get(i).missed()).isEqualTo(apart - 1);
            }
            assertThat(stats(node).mostWaiting()).isEqualTo(1);
            assertThat(stats(node).mostUnconfirmed()).isEqualTo(1);
        }
    }

    // ---- nodes

    @Test
    void nodesThatComeLaterAreSubscribedAndOneThatLeavesEndsOnlyItsPart() throws Exception {
        try (World world = new World()) {
            Node a = node(world, "a", Source.of(ticks(world)).dropOldest(8));
            Cluster client = world.client(1);
            subscribe(client, OPTIONS);
            world.await(() -> !of("a").isEmpty(), SOON);
            node(world, "b", Source.of(ticks(world)).dropOldest(8));
            world.await(() -> !of("b").isEmpty(), SOON);
            a.close();
            world.advance(Duration.ofSeconds(1));
            int left = of("a").size();
            int stayed = of("b").size();
            world.advance(Duration.ofSeconds(1));
            assertThat(of("a")).hasSize(left);
            assertThat(of("b").size()).isGreaterThan(stayed + 900);
            node(world, "a", Source.of(ticks(world)).dropOldest(8));
            world.await(() -> of("a").size() > left, SOON);
            Sample<Integer> before = of("a").get(left - 1);
            Sample<Integer> after = of("a").get(left);
            assertThat(after.epoch()).as("another life").isGreaterThan(before.epoch());
            assertThat(after.sequence()).isEqualTo(1);
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void aNodeThatIsLostComesBackAndItsNewLifeIsRecognised() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(ticks(world)).dropOldest(8));
            node(world, "b", Source.of(ticks(world)).dropOldest(8));
            Cluster client = world.client(2);
            subscribe(client, OPTIONS);
            world.await(() -> of("a").size() > 100, SOON);
            world.network.vanish("a");
            world.advance(Duration.ofSeconds(3));
            int lost = of("a").size();
            node(world, "a", Source.of(ticks(world)).dropOldest(8));
            world.await(() -> of("a").size() > lost, SOON);
            assertThat(of("a").get(lost).epoch())
                    .isGreaterThan(of("a").get(lost - 1).epoch());
            assertThat(of("b").get(of("b").size() - 1).sequence()).isEqualTo(of("b").size());
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void whereAConnectionBreaksTheFeedGoesOnBehindWhatWasEmittedAndCountsTheRest() throws Exception {
        try (World world = new World()) {
            Sinks.Empty<Void> end = Sinks.empty();
            Node node = node(
                    world,
                    "a",
                    Source.of(ticks(world).takeUntilOther(end.asMono())).dropOldest(8));
            node(world, "b", Source.of(Flux.never()));
            Cluster client = world.client(2);
            client.feed("count").subscribe(); // somebody who stays, so that the source does
            Cluster other = world.client(2);
            subscribe(other, OPTIONS);
            world.await(() -> of("a").size() > 100, SOON);
            for (int i = 0; i < 3; i++) {
                world.network.divide("a", other.name());
                world.network.divide(other.name(), "a");
                world.advance(Duration.ofSeconds(20));
                world.network.heal("a", other.name());
                world.network.heal(other.name(), "a");
                int before = samples.size();
                world.await(() -> samples.size() > before + 100, Duration.ofSeconds(5));
                assertThat(samples.get(before).missed()).isGreaterThan(8_000);
            }
            end.tryEmitEmpty();
            world.advance(SOON);
            assertThat(sequences(samples)).isSorted().doesNotHaveDuplicates();
            long missed = samples.stream().mapToLong(Sample::missed).sum();
            long begun = samples.get(0).sequence() - 1 - samples.get(0).missed();
            assertThat(samples.size() + missed).isEqualTo(stats(node).produced() - begun);
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void onlyNodesOfTheNameLabelAndSiteAreSubscribed() throws Exception {
        try (World world = new World()) {
            for (String name : List.of("a", "b", "c")) {
                Site site = new Site(Map.of("room", name.equals("c") ? "hall" : "shed"), 10.0 * name.charAt(0), null);
                node(world, name, World.SMALL.withSite(site), Source.of(numbers()));
            }
            Cluster client = world.client(3);
            List<FeedOptions> options = List.of(
                    OPTIONS.fromNodes("a", "nobody"),
                    OPTIONS.withLabel("room", "shed"),
                    OPTIONS.withLabel("room", "shed")
                            .atSites(site -> site.latitude() != null && site.latitude() > 10.0 * 'a'));
            List<Set<String>> heard = new ArrayList<>();
            for (FeedOptions each : options) {
                Set<String> nodes = new HashSet<>();
                heard.add(nodes);
                client.feed("count", Integer.class, each).take(200).subscribe(sample -> nodes.add(sample.node()));
            }
            world.advance(SOON);
            assertThat(heard).containsExactly(Set.of("a"), Set.of("a", "b"), Set.of("b"));
        }
    }

    @Test
    void aNodeThatDrainsIsNotHeldUpByItsSubscribers() throws Exception {
        try (World world = new World()) {
            Node node = node(world, "a", Source.of(numbers()));
            Cluster client = world.client(1);
            client.feed("count").limitRate(1).subscribe();
            world.advance(SOON);
            List<Object> reports = new ArrayList<>();
            node.drain(Duration.ofMinutes(1)).subscribe(reports::add);
            world.advance(SOON);
            assertThat(reports).hasSize(1);
            assertThat(cancelled).isEqualTo(1);
            assertThat(stats(node).subscribers()).isZero();
        }
    }

    @Test
    void samplesThatCameAsTheLastSubscriberLeftAreMissedByWhoGoesOnBehindIt() throws Exception {
        try (World world = new World()) {
            Sinks.Many<Integer> sensor = Sinks.many().multicast().directBestEffort();
            Node node = node(world, "a", Source.of(sensor.asFlux()).dropOldest(8));
            Cluster first = world.client(1);
            subscribe(first, OPTIONS);
            world.advance(SOON);
            sensor.tryEmitNext(1);
            world.advance(SOON);
            Sample<Integer> last = samples.get(0);
            Member member = (Member) node.cluster();
            member.loop()
                    .execute(
                            () -> { // nobody looks at what comes meanwhile
                                member.frame(
                                        first.name(),
                                        new MessagePackFrameCodec().encode(new Frame.Bye(Long.MAX_VALUE), false));
                                for (int i = 2; i <= 6; i++) {
                                    sensor.tryEmitNext(i);
                                }
                            });
            first.close();
            assertThat(stats(node).produced()).isEqualTo(6);
            Cluster second = world.client(1);
            subscribe(second, OPTIONS.resumeAfter(Map.of("a", last.position())));
            world.advance(SOON);
            sensor.tryEmitNext(7);
            world.advance(SOON);
            assertThat(samples).hasSize(2).last().satisfies(next -> {
                assertThat(next.value()).isEqualTo(7);
                assertThat(next.sequence()).isEqualTo(7);
                assertThat(next.missed()).isEqualTo(5);
            });
        }
    }

    @Test
    void aChoiceOfSitesThatFailsIsAFailureOfThatNodesPart() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(numbers()));
            node(world, "b", World.SMALL.withSite(new Site(Map.of("room", "hall"), null, null)), Source.of(numbers()));
            Cluster client = world.client(2);
            FeedOptions choosy = OPTIONS.atSites(site -> {
                if (!site.labels().containsKey("room")) {
                    throw new IllegalStateException("no room");
                }
                return true;
            });
            subscribe(client, choosy);
            world.advance(SOON);
            assertThat(errors).singleElement().isInstanceOfSatisfying(TaskException.class, failed -> {
                assertThat(failed.failure().kind()).isEqualTo(FailureKind.BAD_ARGUMENTS);
                assertThat(failed.failure().node()).isEqualTo("a");
                assertThat(failed).hasMessageContaining("no room");
            });
            samples.clear();
            List<String> heard = new ArrayList<>();
            client.feed("count", Integer.class, choosy.skipFailures((node, why) -> heard.add(node)))
                    .take(100)
                    .subscribe(samples::add);
            world.advance(Duration.ofMillis(500));
            assertThat(of("b")).hasSize(100);
            assertThat(heard).containsExactly("a");
        }
    }

    // ---- failures

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
}
