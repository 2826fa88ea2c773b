package io.broccoli.perf.throughput;

import io.broccoli.perf.measure.Latencies;
import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Subject.Done;
import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of the yardstick. One thread sends, the event loop hears. */
final class YardstickRun {

    private static final long LONGEST_SECONDS = 120;

    private final Load load;
    private final int stride;
    private final long[] sentAt;
    private final Semaphore room;
    private final CountDownLatch done;
    private final Latencies latencies = new Latencies();
    private final BitSet heard = new BitSet();
    private final long start = System.nanoTime();
    private long bytesOut;
    private volatile long bytesIn;
    private volatile long end;
    private volatile @Nullable Throwable failure;

    YardstickRun(Load load) {
        this.load = load;
        this.stride = load.stride();
        this.sentAt = new long[load.items() / stride + 1];
        this.room = new Semaphore(Math.max(1, load.inFlight() / load.batch()));
        this.done = new CountDownLatch(messages());
    }

    private int messages() {
        return (load.items() + load.batch() - 1) / load.batch();
    }

    void awaitRoom() throws InterruptedException {
        if (!room.tryAcquire(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no result for " + LONGEST_SECONDS + " s", failure);
        }
        check();
    }

    void sent(int from, int to) {
        long now = System.nanoTime();
        for (int i = (from + stride - 1) / stride; i * stride < to; i++) {
            sentAt[i] = now;
        }
    }

    void carried(int bytes) {
        bytesOut += bytes;
    }

    void result(int id, int sum, long now) {
        if (sum != id + Sums.ADDEND) {
            throw Sums.wrong(id, sum);
        }
        if (heard.get(id)) {
            throw new IllegalStateException("item " + id + " came twice");
        }
        heard.set(id);
        if (id % stride == 0) {
            latencies.record(now - sentAt[id / stride]);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void heard(int bytes) {
        bytesIn += bytes;
        end = System.nanoTime();
        room.release();
        done.countDown();
    }

    void fail(Throwable thrown) {
        failure = thrown;
        room.release();
    }

    private void check() {
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    Done await() throws InterruptedException {
        if (!done.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            check();
            throw new IllegalStateException(done.getCount() + " messages were lost");
        }
        if (heard.cardinality() != load.items()) {
            throw new IllegalStateException(heard.cardinality() + " results for " + load.items() + " items");
        }
        return new Done(load.items(), end - start, latencies, 2.0 * messages(), bytesOut + bytesIn);
    }
}
