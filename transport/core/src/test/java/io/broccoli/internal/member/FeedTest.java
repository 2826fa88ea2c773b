package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Site;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
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
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What feeds give: to whom, of which nodes, and how much of it. */
class FeedTest extends FeedScene {

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
    void samplesThatWaitForTheSubscriberAreAFigure() throws Exception {
        try (World world = new World()) {
            node(world, "a", Source.of(numbers()));
            Cluster client = world.client(1);
            Pacer<Integer> pacer = new Pacer<>(client.feed("count", Integer.class, OPTIONS.withWindow(8)));
            pacer.request(5);
            world.advance(SOON);
            assertThat(client.stats().unread()).isEqualTo(8);
            pacer.cancel();
            world.advance(SOON);
            assertThat(client.stats().unread()).isZero();
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
                Site site = new Site(
                        Map.of("room", name.equals("c") ? "hall" : "shed"), 10.0 * (name.charAt(0) - 'a'), 20.0);
                node(world, name, World.SMALL.withSite(site), Source.of(numbers()));
            }
            Cluster client = world.client(3);
            List<FeedOptions> options = List.of(
                    OPTIONS.fromNodes("a", "nobody"),
                    OPTIONS.withLabel("room", "shed"),
                    OPTIONS.withLabel("room", "shed").atSites(site -> site.latitude() != null && site.latitude() > 0));
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
                                member.inbox()
                                        .frame(
                                                first.name(),
                                                new MessagePackFrameCodec()
                                                        .encode(new Frame.Bye(Long.MAX_VALUE), false));
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
}
