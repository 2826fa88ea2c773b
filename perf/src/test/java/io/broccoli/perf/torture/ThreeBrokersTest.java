package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.transport.mqtt.BrokerCluster;
import io.broccoli.transport.mqtt.BrokerProcess;
import io.broccoli.transport.mqtt.Mosquitto;
import io.broccoli.transport.mqtt.NatsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Three brokers, of which a random one is killed every three seconds and started again. */
@Tag("brokers")
class ThreeBrokersTest {

    private static final int BROKERS = 3;
    private static final int NODES = 2;
    private static final Duration BETWEEN_KILLS = Duration.ofSeconds(3);

    @Test
    void eachResultOfTwentyThousandComesOnceOverAllOfThem() throws Exception {
        overAll(20_000, 3);
    }

    @Test
    @Tag("soak")
    void eachResultOfAHundredThousandComesOnceOverAllOfThem() throws Exception {
        overAll(100_000, 10);
    }

    @Test
    void eachResultOfTwentyThousandComesOnceOverACluster() throws Exception {
        overACluster(20_000, 3);
    }

    @Test
    @Tag("soak")
    void eachResultOfAHundredThousandComesOnceOverACluster() throws Exception {
        overACluster(100_000, 10);
    }

    /** Each member is on all of them, which know nothing of each other. */
    private static void overAll(int tasks, int leastKills) throws Exception {
        Mosquitto.assumeInstalled();
        List<BrokerProcess> brokers =
                IntStream.range(0, BROKERS).mapToObj(i -> Mosquitto.open()).toList();
        String uri =
                brokers.stream().map(each -> "mqtt://127.0.0.1:" + each.port()).collect(Collectors.joining("+"));
        run("mosquitto", brokers, member -> uri, tasks, leastKills);
    }

    /** Each member is at one of them, and goes to the next when that one dies. */
    private static void overACluster(int tasks, int leastKills) throws Exception {
        NatsServer.assumeInstalled();
        BrokerCluster cluster = NatsServer.cluster(BROKERS);
        run("NATS", cluster.brokers(), cluster::uri, tasks, leastKills);
    }

    private static void run(
            String kind, List<? extends BrokerProcess> brokers, IntFunction<String> uris, int tasks, int leastKills)
            throws Exception {
        long seed = Long.getLong("broccoli.seed", System.nanoTime());
        System.out.println("seed " + seed);
        List<AutoCloseable> open = new ArrayList<>(brokers);
        try {
            Labour labour = new Labour();
            for (int i = 0; i < NODES; i++) {
                open.add(labour.node(ClusterOptions.of(uris.apply(i)).withMember("node-" + i), 100, 8));
            }
            Cluster client = Cluster.connect(uris.apply(NODES));
            open.add(client);
            client.awaitNodes(NODES, RealCluster.JOINING).block();
            Receipts receipts = new Receipts();
            AtomicInteger kills = new AtomicInteger();
            AtomicInteger given = new AtomicInteger();
            receipts.of(Flux.range(0, Integer.MAX_VALUE)
                    .takeWhile(i -> i < tasks || kills.get() < leastKills) // more, where brokers start slowly
                    .doOnNext(i -> given.incrementAndGet())
                    .transform(Labour.stage(RealCluster.canvas(client), 10)));
            Random random = new Random(seed);
            while (!receipts.haveEnded()) {
                kill(brokers.get(random.nextInt(brokers.size())), receipts);
                kills.incrementAndGet();
            }
            receipts.awaitEnd(Duration.ofSeconds(30));
            System.out.printf(
                    "%d results over %d brokers (%s), %d kills; longest pause %d ms; %d tasks started; seed %d%n",
                    receipts.count.get(),
                    BROKERS,
                    kind,
                    kills.get(),
                    receipts.longestPause().toMillis(),
                    labour.started.get(),
                    seed);
            assertThat(receipts.count.get())
                    .as("seed %d", seed)
                    .isEqualTo(given.get())
                    .isGreaterThanOrEqualTo(tasks);
            assertThat(kills.get()).isGreaterThanOrEqualTo(leastKills);
        } finally {
            for (int i = open.size() - 1; i >= 0; i--) {
                open.get(i).close();
            }
        }
    }

    /** For half of the time between kills it is gone. */
    private static void kill(BrokerProcess victim, Receipts receipts) throws InterruptedException {
        victim.stop();
        receipts.rate(BETWEEN_KILLS.dividedBy(2)); // fails if the stream did
        victim.start();
        receipts.rate(BETWEEN_KILLS.dividedBy(2));
    }
}
