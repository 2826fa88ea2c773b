package io.broccoli.perf.windows;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.feed.Source;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.perf.process.ChildProcess;
import io.broccoli.task.TaskRegistry;
import io.broccoli.window.EventFeed;
import io.broccoli.window.EventStage;
import io.broccoli.window.EventTime;
import io.broccoli.window.Window;
import io.broccoli.window.WindowResult;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * Twelve nodes with feeds of very different rates, replayed as fast as they are asked, and a client that cuts them into windows; all
 * in this process, over memory. Its argument is how many seconds they are. Asked for {@link #STEERED} or {@link #NAIVE}, it runs until all samples have come, checks the windows
 * that fired, and answers with nanoseconds, CPU nanoseconds and the most samples that were held.
 */
public final class ReplayMain implements AutoCloseable {

    static final String STEERED = "event time steers";
    static final String NAIVE = "naive merge";

    private static final long[] ALL_RATES = {1, 2, 5, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000};
    private static final long SIZE = 50; // of a window, in milliseconds
    private static final int ITEM_WINDOW = 256;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final String FEED = "times";

    private static final com.sun.management.OperatingSystemMXBean SYSTEM =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final int seconds;
    private final long[] rates;
    private final List<Node> nodes = new ArrayList<>();
    private final Cluster cluster;

    /**
     * @param seconds of event time that each feed gives
     * @param fastest samples a second of the fastest feed; those that are faster are left out
     */
    ReplayMain(int seconds, long fastest) {
        this.seconds = seconds;
        this.rates = LongStream.of(ALL_RATES).filter(rate -> rate <= fastest).toArray();
        ClusterOptions options = ClusterOptions.of("memory:replay");
        for (long rate : rates) {
            TaskRegistry feed = TaskRegistry.builder()
                    .source(FEED, Source.of(Flux.fromStream(() -> times(rate).boxed())))
                    .build();
            nodes.add(Node.start(options.withMember(node(rate)), NodeOptions.DEFAULTS.withWorkers(1), feed));
        }
        cluster = Cluster.connect(options.withMember("client"));
        cluster.awaitNodes(rates.length, SOON).block();
    }

    public static void main(String[] args) throws IOException {
        try (ReplayMain replay = new ReplayMain(Integer.parseInt(args[0]), Long.MAX_VALUE)) {
            ChildProcess.ready(how -> {
                Replayed replayed = replay.run(how);
                return replayed.nanos() + " " + replayed.cpu() + " " + replayed.held();
            });
        }
    }

    /** @param held the most samples that were held */
    record Replayed(long nanos, long cpu, long held) {}

    /** Samples of all feeds. */
    static long samples(int seconds) {
        return seconds * LongStream.of(ALL_RATES).sum();
    }

    /** What steering holds at most: of a window and as far ahead again, and the item windows. */
    static long steeredBound(long... rates) {
        return 2 * SIZE * LongStream.of(rates).sum() / 1_000 + (long) ITEM_WINDOW * rates.length;
    }

    static long steeredBound() {
        return steeredBound(ALL_RATES);
    }

    long bound() {
        return steeredBound(rates);
    }

    private static String node(long rate) {
        return "rate-" + rate;
    }

    private LongStream times(long rate) {
        return LongStream.range(0, seconds * rate).map(i -> i * 1_000 / rate);
    }

    Replayed run(String how) {
        long all = seconds * LongStream.of(rates).sum();
        EventTime<Sample<Long>, @Nullable Void> times = EventTime.<Long>ofSamples()
                .withTime(sample -> Instant.ofEpochMilli(Objects.requireNonNull(sample.value())))
                .withKnownSources(Set.copyOf(
                        LongStream.of(rates).mapToObj(ReplayMain::node).toList()))
                .withMostSamples(1_000_000); // more than there are: no window fires early
        EventStage<Sample<Long>, WindowResult<@Nullable Void, List<Sample<Long>>>> stage =
                times.windows(Window.ofEvents(Duration.ofMillis(SIZE)));
        FeedOptions options = FeedOptions.DEFAULTS.withWindow(ITEM_WINDOW);
        Flux<WindowResult<@Nullable Void, List<Sample<Long>>>> windows = how.equals(STEERED)
                ? EventFeed.of(cluster, FEED, Long.class)
                        .with(options)
                        .replayed()
                        .through(stage)
                : cluster.feed(FEED, Long.class, options).transform(stage);
        ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        long began = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        Disposable run = windows.subscribe(each -> check(each, wrong), wrong::add);
        try {
            while (stage.stats().samples() < all && wrong.isEmpty()) {
                if (System.nanoTime() - began > LONGEST_NANOS) {
                    throw new IllegalStateException(stage.stats().samples() + " of " + all + " samples came");
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
            Replayed replayed = new Replayed(
                    System.nanoTime() - began,
                    SYSTEM.getProcessCpuTime() - cpu,
                    stage.stats().mostHeld());
            if (!wrong.isEmpty() || stage.stats().late() > 0) {
                throw new IllegalStateException(how + ": " + wrong.peek() + ", " + stage.stats());
            }
            return replayed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            run.dispose();
        }
    }

    private void check(WindowResult<?, List<Sample<Long>>> window, ConcurrentLinkedQueue<Throwable> wrong) {
        long start = window.start().toEpochMilli();
        long expected = LongStream.of(rates)
                .map(rate -> before(start + SIZE, rate) - before(start, rate))
                .sum();
        if (window.value().size() != expected) {
            wrong.add(new IllegalStateException(
                    "the window at " + start + " has " + window.value().size() + " samples, not " + expected));
        }
    }

    /** How many samples of a feed are before that time, in milliseconds. */
    private static long before(long time, long rate) {
        return (time * rate + 999) / 1_000;
    }

    @Override
    public void close() {
        cluster.close();
        nodes.forEach(Node::close);
    }
}
