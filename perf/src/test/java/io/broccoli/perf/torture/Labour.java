package io.broccoli.perf.torture;

import io.broccoli.canvas.Canvas;
import io.broccoli.canvas.Stage;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.Task;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The tasks of these tests: they take their time without a thread, and count how often they start. */
final class Labour {

    private static final Task<Integer> WORK = Task.of("work", Integer.class);

    final AtomicLong started = new AtomicLong();
    final LongAdder nanos = new LongAdder(); // that ended tasks took
    final LongAdder ended = new LongAdder();

    /** x + 1 for each x, after so many milliseconds; 0: at once. */
    static Stage<Object, Integer> stage(Canvas canvas, int millis) {
        return canvas.map(WORK.s(millis));
    }

    private Object work(int x, int millis) {
        started.incrementAndGet();
        if (millis == 0) {
            return x + 1;
        }
        long began = System.nanoTime();
        return Mono.delay(Duration.ofMillis(millis)).map(tick -> {
            nanos.add(System.nanoTime() - began);
            ended.increment();
            return x + 1;
        });
    }

    TaskRegistry tasks() {
        return TaskRegistry.builder()
                .task("work", "x", Integer.class, "millis", Integer.class, this::work)
                .build();
    }

    /** Its handlers never block, so its workers need no threads of their own. */
    Node node(ClusterOptions options, int queue, int workers) {
        return Node.start(
                options,
                NodeOptions.DEFAULTS.withQueue(queue).withWorkers(workers).withWorkerScheduler(Schedulers.parallel()),
                tasks());
    }
}
