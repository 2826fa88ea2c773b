package io.broccoli.perf.micro;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The way of a task through the credit classes of both sides, in nanoseconds for a task: launch, TASKS, accepted, finished, RESULTS,
 * outcome. No bytes are made of the frames. The links take turns at one node.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CreditBenchmark {

    private static final int BATCH = 64;
    private static final int CAPACITY = 65_536;
    private static final long STEP = 1_000;

    @Param({"1", "10", "1000"})
    public int links;

    private final List<PaperLink> all = new ArrayList<>();
    private final AtomicLong permits = new AtomicLong(1);
    private int turn;
    private long now = 1_000_000_000L;

    @Setup
    public void open() {
        PaperNode node = new PaperNode(CAPACITY, links);
        for (int i = 0; i < links; i++) {
            PaperLink link = new PaperLink("producer-" + i, node);
            link.open(Math.min(BATCH, CAPACITY / links), now);
            all.add(link);
        }
    }

    private PaperLink next() {
        turn = turn + 1 == links ? 0 : turn + 1;
        now += STEP;
        return all.get(turn);
    }

    @Benchmark
    public int oneTask() {
        return next().cycle(1, now);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int batchOfTasks() {
        return next().cycle(BATCH, now);
    }

    /** The yardstick: what a permit costs that knows nothing of networks. */
    @Benchmark
    public long permitTakenAndReturned() {
        long had = permits.get();
        permits.compareAndSet(had, had - 1);
        return permits.incrementAndGet();
    }
}
