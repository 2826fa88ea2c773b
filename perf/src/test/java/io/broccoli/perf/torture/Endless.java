package io.broccoli.perf.torture;

import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;

/** 0, 1, 2 ... for as long as it is not told to end. */
final class Endless {

    final AtomicInteger taken = new AtomicInteger();
    private volatile boolean over;

    Flux<Integer> flux() {
        return Flux.generate(sink -> {
            if (over) {
                sink.complete();
            } else {
                sink.next(taken.getAndIncrement());
            }
        });
    }

    void end() {
        over = true;
    }
}
