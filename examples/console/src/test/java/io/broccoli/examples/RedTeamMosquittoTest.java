package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.transport.contract.Certificates;
import io.broccoli.transport.contract.Soon;
import io.broccoli.transport.mqtt.BrokerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** With the files of docs/security. */
@Tag("brokers")
@SuppressWarnings("NullAway.Init") // JUnit fills the folder, and calls lock
class RedTeamMosquittoTest extends RedTeamBrokerContract {

    private static final int WARM = 500;
    private static final Duration MEASURED = Duration.ofMillis(1_500);

    @TempDir
    static Path folder;

    private LockedMosquitto files;
    private BrokerProcess broker;

    @Override
    void lock() throws Exception {
        files = new LockedMosquitto(folder, new Certificates(folder).issue("broker", "EC"), NODE, ANN, MALLORY);
        broker = files.start();
    }

    @Override
    void unlock() {
        if (broker != null) {
            broker.close();
        }
    }

    /** Nothing is asserted of rates, which other machines and other work on this one change: only that all results are right. */
    @Test
    void theThroughputBesideAnAttackerIsPrinted() throws Exception {
        System.out.printf("An honest client of %s, alone and beside one attacker, in turns:%n", uri());
        print("asks for all places and uses none", this::hoarder);
        print("sends tasks without end, of the greatest weight", this::greedy);
        print("asks 2,000 times a second", this::impatient);
    }

    private interface Attacker {
        AutoCloseable start();
    }

    private void print(String what, Attacker attacker) throws Exception {
        double alone = rate();
        try (AutoCloseable attacking = attacker.start()) {
            assertThat(attacking).isNotNull();
            double beside = rate();
            System.out.printf(
                    Locale.ROOT,
                    "  one that %s: %,.0f tasks/s alone, %,.0f beside it, ratio %.2f%n",
                    what,
                    alone,
                    beside,
                    beside / alone);
        }
    }

    /** Of ann's, in tasks a second. */
    private double rate() throws Exception {
        try (HonestStream stream = honest()) {
            stream.begin(NEXT).goesOn(WARM);
            int before = stream.count();
            long began = System.nanoTime();
            Thread.sleep(MEASURED.toMillis());
            double rate = (stream.count() - before) * 1e9 / (System.nanoTime() - began);
            stream.ends();
            return rate;
        }
    }

    private AutoCloseable hoarder() {
        HostileMember mallory = mallory();
        Disposable asking = hoarding(mallory, mallory.open(HostileMember.ALL));
        return () -> {
            asking.dispose();
            mallory.close();
        };
    }

    private AutoCloseable greedy() {
        Cluster mallory = Cluster.connect(member(MALLORY).withWeight(ClusterOptions.MOST_WEIGHT));
        mallory.awaitNodes(1, Soon.MOST).block();
        Flux.range(0, Integer.MAX_VALUE)
                .transform(Canvas.on(mallory).withTimeout(Duration.ZERO).map(NEXT))
                .subscribe(result -> {}, closed -> {});
        return mallory;
    }

    /** As fast as it can, it would fill the broker's queue to the node, and everybody would wait there. */
    private AutoCloseable impatient() {
        HostileMember mallory = mallory();
        long epoch = mallory.open(0).linkEpoch();
        Disposable asking = Schedulers.boundedElastic()
                .schedulePeriodically(
                        () -> mallory.sendAll(Flux.range(0, 20)
                                .map(i -> HostileMember.encoded(mallory.poll(mallory.life, epoch, 0)))),
                        0,
                        10,
                        TimeUnit.MILLISECONDS);
        return () -> {
            asking.dispose();
            mallory.close();
        };
    }

    @Override
    int port() {
        return broker.port();
    }

    @Override
    Path ca() {
        return files.ca();
    }
}
