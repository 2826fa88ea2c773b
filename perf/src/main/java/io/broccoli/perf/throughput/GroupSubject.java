package io.broccoli.perf.throughput;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.perf.measure.Latencies;
import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Processes;
import io.broccoli.perf.measure.Subject;
import io.broccoli.task.Signature;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One canvas that is a group of calls, run once. */
final class GroupSubject implements Subject {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final Processes processes;
    private final Signature.Group<Integer> group;

    GroupSubject(Cluster cluster, int members, Processes processes) {
        this.cluster = cluster;
        this.processes = processes;
        this.group = Canvas.group(Canvas.range(0, members).map(item -> Sums.ADD.s(item, Sums.ADDEND)));
    }

    @Override
    public String name() {
        return "canvas.run(group)";
    }

    @Override
    public Processes processes() {
        return processes;
    }

    /** Whatever the load: the group. */
    @Override
    public Done run(Load load) {
        Traffic before = Traffic.of(cluster);
        long start = System.nanoTime();
        List<Integer> results = Canvas.on(cluster).run(group).block(LONGEST);
        long nanos = System.nanoTime() - start;
        check(results);
        Traffic traffic = Traffic.of(cluster).since(before);
        return new Done(group.members().size(), nanos, new Latencies(), traffic.messages(), traffic.bytes());
    }

    private void check(@Nullable List<Integer> results) {
        if (results == null || results.size() != group.members().size()) {
            throw new IllegalStateException(results == null ? "no result" : results.size() + " results");
        }
        for (int item = 0; item < results.size(); item++) {
            if (results.get(item) != item + Sums.ADDEND) {
                throw Sums.wrong(item, results.get(item));
            }
        }
    }
}
