package io.broccoli.perf.throughput;

import io.broccoli.perf.measure.Latencies;
import io.broccoli.perf.measure.Load;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;

/** The subscriber of one run: results must come in order, each once. */
final class MapRun extends BaseSubscriber<Integer> {

    private static final long LONGEST_SECONDS = 120;

    private final Load load;
    private final int stride;
    private final long[] sentAt;
    private final Latencies latencies = new Latencies();
    private final CountDownLatch done = new CountDownLatch(1);
    private final long start = System.nanoTime();
    private int next;
    private long end;
    private @Nullable Throwable failure;

    MapRun(Load load) {
        this.load = load;
        this.stride = load.stride();
        this.sentAt = new long[load.items() / stride + 1];
    }

    /** An item leaves its source. */
    Integer sent(Integer item) {
        if (item % stride == 0) {
            sentAt[item / stride] = System.nanoTime();
        }
        return item;
    }

    @Override
    protected void hookOnNext(Integer result) {
        int item = next++;
        if (result != item + Sums.ADDEND) {
            throw Sums.wrong(item, result);
        }
        if (item % stride == 0) {
            latencies.record(System.nanoTime() - sentAt[item / stride]);
        }
    }

    @Override
    protected void hookOnComplete() {
        end = System.nanoTime();
        done.countDown();
    }

    @Override
    protected void hookOnError(Throwable thrown) {
        failure = thrown;
        done.countDown();
    }

    /** Blocks until the end; returns how long it took, in nanoseconds. */
    long await() throws InterruptedException {
        if (!done.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            cancel();
            throw new IllegalStateException("no end after " + LONGEST_SECONDS + " s");
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        if (next != load.items()) {
            throw new IllegalStateException(next + " results for " + load.items() + " items");
        }
        return end - start;
    }

    Latencies latencies() {
        return latencies;
    }
}
