package io.broccoli.perf.torture;

import static io.broccoli.canvas.Canvas.chain;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.perf.process.ChildProcess;
import io.broccoli.task.Task;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;

/** A client process that has many chains of three in flight at once, and counts its threads. */
public final class ChainsMain {

    private ChainsMain() {}

    /** Arguments: the broker's URI, how many chains, how many nodes, whether each chain runs on its own. */
    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[1]);
        Set<Thread> before = threads();
        try (Cluster client = Cluster.connect(ClusterOptions.of(args[0]))) {
            client.awaitNodes(Integer.parseInt(args[2]), RealCluster.JOINING).block();
            Canvas canvas = RealCluster.canvas(client);
            Task<Integer> first = Task.of("first", Integer.class);
            Task<Integer> second = Task.of("second", Integer.class);
            Task<Integer> third = Task.of("third", Integer.class);
            Flux<Integer> results = Boolean.parseBoolean(args[3])
                    ? Flux.range(0, count).flatMap(x -> canvas.run(chain(first.s(x), second.s(), third.s())), count)
                    : Flux.range(0, count)
                            .transform(canvas.withWindow(count).map(chain(first.s(), second.s(), third.s())));
            AtomicInteger most = new AtomicInteger();
            AtomicInteger mostInFlight = new AtomicInteger();
            AtomicInteger received = new AtomicInteger();
            long began = System.nanoTime();
            List<String> names = List.of();
            var running = results.subscribe(result -> received.incrementAndGet(), Throwable::printStackTrace);
            while (!running.isDisposed()) {
                mostInFlight.accumulateAndGet(
                        client.stats().inFlight() + client.stats().pending(), Math::max);
                Set<Thread> mine = threads();
                mine.removeAll(before);
                if (mine.size() > most.get()) {
                    most.set(mine.size());
                    names = mine.stream().map(Thread::getName).sorted().toList();
                }
                Thread.sleep(20);
            }
            System.err.println("threads of the client: " + names);
            ChildProcess.say("received=" + received + " threads=" + most + " inFlight=" + mostInFlight + " millis="
                    + (System.nanoTime() - began) / 1_000_000);
        }
        System.exit(0);
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .collect(Collectors.toSet());
    }
}
