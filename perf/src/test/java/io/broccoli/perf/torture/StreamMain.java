package io.broccoli.perf.torture;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.perf.process.ChildProcess;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import reactor.core.publisher.Flux;

/**
 * A client process with little memory: streams many elements, notes which results came, and how much of its heap is in use when a
 * tenth and nine tenths of them did.
 */
public final class StreamMain {

    private final int count;
    private final BitSet seen;
    private final CountDownLatch over = new CountDownLatch(1);
    private int received;
    private int twice;

    private StreamMain(int count) {
        this.count = count;
        this.seen = new BitSet(count + 1);
    }

    /** Arguments: the broker's URI, how many elements, how many nodes. */
    public static void main(String[] args) throws Exception {
        try (Cluster client = Cluster.connect(ClusterOptions.of(args[0]))) {
            client.awaitNodes(Integer.parseInt(args[2]), RealCluster.JOINING).block();
            new StreamMain(Integer.parseInt(args[1])).run(client);
        }
        System.exit(0);
    }

    private void run(Cluster client) throws InterruptedException {
        double sourceRate = sourceRate();
        long began = System.nanoTime();
        elements()
                .transform(Labour.stage(RealCluster.canvas(client), 0))
                .subscribe(this::take, this::fail, over::countDown);
        over.await();
        double rate = count * 1e9 / (System.nanoTime() - began);
        ChildProcess.say(
                "received=" + received + " missing=" + (count - seen.cardinality()) + " twice=" + twice + " rate="
                        + (long) rate + " sourceRate=" + (long) sourceRate + " sourceWaits="
                        + client.stats().sourceWaits());
    }

    private Flux<Integer> elements() {
        return Flux.generate(() -> 0, (n, sink) -> {
            if (n < count) {
                sink.next(n);
            } else {
                sink.complete();
            }
            return n + 1;
        });
    }

    /** Elements in a second that the source could give. */
    private double sourceRate() {
        long began = System.nanoTime();
        long some = elements().take(200_000).count().blockOptional().orElseThrow();
        return some * 1e9 / (System.nanoTime() - began);
    }

    private void take(int result) {
        received++;
        if (seen.get(result)) {
            twice++;
        }
        seen.set(result);
        if (received == count / 10 || received == count / 10 * 9) {
            int percent = received == count / 10 ? 10 : 90;
            Thread looker = new Thread(() -> ChildProcess.say("percent=" + percent + " heap=" + usedHeap()));
            looker.setDaemon(true);
            looker.start();
        }
    }

    private void fail(Throwable failed) {
        failed.printStackTrace();
        over.countDown();
    }

    /** The least that several collections left. What is allocated before somebody asks is not counted. */
    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(pool -> pool.getType() == MemoryType.HEAP)
                            .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                            .sum());
        }
        return least;
    }
}
