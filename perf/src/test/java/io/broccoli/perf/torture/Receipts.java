package io.broccoli.perf.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Looks at results that must be 1, 2, 3 ..., and at when they come. */
final class Receipts {

    final AtomicInteger count = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> wrong = new AtomicReference<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile long last = System.nanoTime();
    private volatile long longestPause;

    Disposable of(Flux<Integer> results) {
        return results.doOnNext(this::take).subscribe(result -> {}, this::fail, over::countDown);
    }

    private void take(int result) {
        long now = System.nanoTime();
        longestPause = Math.max(longestPause, now - last);
        last = now;
        if (result != count.incrementAndGet()) {
            throw new IllegalStateException("result " + result + " is the " + count.get() + "th");
        }
    }

    private void fail(Throwable failed) {
        wrong.set(failed);
        over.countDown();
    }

    Duration longestPause() {
        return Duration.ofNanos(longestPause);
    }

    /** Whether the stream ended, well or not. */
    boolean haveEnded() {
        return over.getCount() == 0;
    }

    /** Fails if the stream did. */
    void check() {
        assertThat(wrong.get()).isNull();
    }

    void awaitEnd(Duration most) throws InterruptedException {
        assertThat(over.await(most.toMillis(), TimeUnit.MILLISECONDS))
                .as("the stream ended, after %d results", count.get())
                .isTrue();
        check();
    }

    /** How many come in a second, over so long. */
    double rate(Duration over) throws InterruptedException {
        int before = count.get();
        long began = System.nanoTime();
        Thread.sleep(over.toMillis());
        check();
        return (count.get() - before) * 1e9 / (System.nanoTime() - began);
    }
}
