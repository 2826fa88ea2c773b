package io.broccoli.perf.throughput;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.measure.Subject;
import reactor.core.publisher.Flux;

/** A stream of items through {@code canvas.map}, with W as its window; batching is left to itself. */
final class MapSubject implements Subject {

    private final String name;
    private final Cluster cluster;
    private final Processes processes;

    MapSubject(String name, Cluster cluster, Processes processes) {
        this.name = name;
        this.cluster = cluster;
        this.processes = processes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Processes processes() {
        return processes;
    }

    @Override
    public Done run(Load load) throws InterruptedException {
        Traffic before = Traffic.of(cluster);
        MapRun run = new MapRun(load);
        Flux.range(0, load.items())
                .map(run::sent)
                .transform(Canvas.on(cluster).withWindow(load.inFlight()).map(Sums.ADD.s(Sums.ADDEND)))
                .subscribe(run);
        long nanos = run.await();
        Traffic traffic = Traffic.of(cluster).since(before);
        return new Done(load.items(), nanos, run.latencies(), traffic.messages(), traffic.bytes());
    }
}
