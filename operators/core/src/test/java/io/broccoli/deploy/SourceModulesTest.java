package io.broccoli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.View;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** Modules that bring feeds: who subscribes goes on with the newer version. */
class SourceModulesTest {

    private static final String KEY = "a secret";
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ClusterOptions base = ClusterOptions.of("memory:sources-" + COUNT.incrementAndGet());
    private final Cluster cluster = Cluster.connect(base.withMember("client"));
    private final Modules modules = Modules.on(cluster, KEY);
    private final Node node = Node.start(
            base.withMember("north"),
            NodeOptions.DEFAULTS.withWorkers(1),
            TaskRegistry.builder().build());
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        ModuleReceiver.withKey(KEY).on(node).block(BOUND);
        cluster.awaitNodes(known -> known.stream().anyMatch(ModuleKind.JAR::isTakenBy), BOUND)
                .block();
    }

    @AfterEach
    void stop() {
        cluster.close();
        node.close();
    }

    /** A module with a feed, of numbers that begin with a thousand times this one. */
    private static Module reading(int version) {
        return Module.ofJar(
                "sensors",
                Jars.ofBody("@SourceMethod public io.broccoli.feed.Source reading() {"
                        + " return io.broccoli.feed.Source.of(reactor.core.publisher.Flux"
                        + ".interval(java.time.Duration.ofMillis(2)).onBackpressureDrop()"
                        + ".map(i -> " + 1_000_000 * version + " + i)).latest(); }"
                        + "@SourceMethod(\"other\") public org.reactivestreams.Publisher<String> slow() {"
                        + " return reactor.core.publisher.Flux.just(\"a\", \"b\"); }"
                        + "@TaskMethod public int version() { return " + version + "; }"));
    }

    private void deploy(int version) {
        assertThat(modules.deploy(reading(version)).blockLast(BOUND))
                .isInstanceOfSatisfying(DeploymentEvent.Deployed.class, event -> assertThat(event.tasks())
                        .containsExactly("feed:other", "feed:reading", "version"));
    }

    private BlockingQueue<Sample<Long>> subscribe(FeedOptions options, List<Disposable> all) {
        BlockingQueue<Sample<Long>> seen = new LinkedBlockingQueue<>();
        all.add(cluster.feed("reading", Long.class, options).subscribe(seen::add, errors::add));
        return seen;
    }

    private Sample<Long> next(BlockingQueue<Sample<Long>> seen) throws InterruptedException {
        Sample<Long> sample = seen.poll(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(errors).isEmpty();
        assertThat(sample).isNotNull();
        return sample;
    }

    /** The samples up to the first one of this version, each of which says what was missed before it. */
    private void awaitVersion(BlockingQueue<Sample<Long>> seen, long[] last, int version) throws InterruptedException {
        long of;
        do {
            Sample<Long> sample = next(seen);
            assertThat(sample.sequence())
                    .as("numbers go on, and each is accounted for")
                    .isEqualTo(last[0] == 0 ? sample.sequence() : last[0] + sample.missed() + sample.used());
            last[0] = sample.sequence();
            of = Objects.requireNonNull(sample.value()) / 1_000_000;
            assertThat(of).isLessThanOrEqualTo(version);
        } while (of < version);
    }

    @Test
    void aFeedOfAModuleIsReplacedWhileItIsSubscribedAndNoSampleIsLostUnnoticed() throws Exception {
        deploy(1);
        List<Disposable> subscriptions = new CopyOnWriteArrayList<>();
        BlockingQueue<Sample<Long>> plain = subscribe(FeedOptions.DEFAULTS, subscriptions);
        BlockingQueue<Sample<Long>> viewed =
                subscribe(FeedOptions.DEFAULTS.withView(View.ALL.map("value + 0")), subscriptions);
        long[] lastPlain = {0};
        long[] lastViewed = {0};
        for (int version = 1; version <= 3; version++) {
            if (version > 1) {
                deploy(version);
            }
            awaitVersion(plain, lastPlain, version);
            awaitVersion(viewed, lastViewed, version);
        }
        modules.remove("sensors").blockLast(BOUND);
        cluster.awaitNodes(
                        known -> known.stream()
                                .flatMap(each -> each.functions().stream())
                                .noneMatch(each -> each.name().startsWith("feed:")),
                        BOUND)
                .block();
        deploy(4);
        awaitVersion(plain, lastPlain, 4);
        awaitVersion(viewed, lastViewed, 4);
        subscriptions.forEach(Disposable::dispose);
        assertThat(errors).isEmpty();
    }

    @Test
    void aFeedOfAPublisherThatEndsIsSubscribedOnceInEachVersion() throws Exception {
        deploy(1);
        BlockingQueue<Sample<String>> seen = new LinkedBlockingQueue<>();
        Disposable subscription = cluster.feed("other", String.class).subscribe(seen::add, errors::add);
        assertThat(seen.poll(20, TimeUnit.SECONDS)).extracting(Sample::value).isEqualTo("a");
        assertThat(seen.poll(20, TimeUnit.SECONDS)).extracting(Sample::value).isEqualTo("b");
        subscription.dispose();
        assertThat(errors).isEmpty();
    }

    @Test
    void aMethodOfAFeedThatGivesNoneIsTold() {
        for (String[] each : new String[][] {
            {"public int reading() { return 1; }", "gave neither a Source nor a Publisher"},
            {
                "public org.reactivestreams.Publisher<String> reading(int x) { return null; }",
                "is the method of a feed, and has parameters"
            },
            {
                "public org.reactivestreams.Publisher<String> reading() { throw new IllegalStateException(\"no sensor\"); }",
                "is the method of a feed, and failed: java.lang.IllegalStateException: no sensor"
            },
            {"public org.reactivestreams.Publisher<String> reading() { return null; }", "gave neither"}
        }) {
            DeploymentEvent end = modules.deploy(Module.ofJar("sensors", Jars.ofBody("@SourceMethod " + each[0])))
                    .blockLast(BOUND);
            assertThat(end).isInstanceOfSatisfying(DeploymentEvent.Failed.class, failed -> assertThat(failed.text())
                    .contains(each[1]));
        }
    }
}
