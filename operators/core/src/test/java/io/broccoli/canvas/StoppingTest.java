package io.broccoli.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.ClusterOptions;
import io.broccoli.node.Node;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.Task;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;

/** Whatever stops a task reaches a handler that blocks. */
@Timeout(60)
class StoppingTest {

    private static final AtomicInteger CLUSTERS = new AtomicInteger();

    private final CountDownLatch blocks = new CountDownLatch(1);
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private enum Reason {
        CANCEL,
        TIMEOUT,
        TASK_LIMIT,
        DRAIN,
        CLOSE_OF_NODE,
        CLOSE_OF_CLIENT
    }

    private TaskRegistry tasks() {
        return TaskRegistry.builder()
                .task("block", (context, args) -> {
                    String before = "cancelled " + context.isCancelled();
                    blocks.countDown();
                    try {
                        Thread.sleep(Duration.ofMinutes(1).toMillis());
                        seen.add("nothing stopped it");
                    } catch (InterruptedException stopped) {
                        seen.add("interrupted: " + before + ", then " + context.isCancelled());
                    }
                    return 1;
                })
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void aHandlerThatBlocksIsInterruptedAndToldWhy(Reason reason) throws InterruptedException {
        ClusterOptions base = ClusterOptions.of("memory:stopping-" + CLUSTERS.incrementAndGet());
        NodeOptions options = reason == Reason.TASK_LIMIT
                ? NodeOptions.DEFAULTS.withTaskLimit(Duration.ofMillis(50))
                : NodeOptions.DEFAULTS;
        try (Node node = Node.start(base.withMember("n"), options, tasks());
                Cluster client = Cluster.connect(base.withMember("c"))) {
            Canvas canvas = Canvas.on(client)
                    .withTimeout(reason == Reason.TIMEOUT ? Duration.ofMillis(300) : Duration.ofMinutes(2));
            Disposable run = canvas.run(Task.of("block", Integer.class).s()).subscribe(value -> {}, failure -> {});
            assertThat(blocks.await(20, TimeUnit.SECONDS)).isTrue();
            switch (reason) {
                case CANCEL -> run.dispose();
                case DRAIN -> node.drain(Duration.ofMillis(50)).subscribe();
                case CLOSE_OF_NODE -> node.close();
                case CLOSE_OF_CLIENT -> client.close();
                default -> {}
            }
            assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo("interrupted: cancelled false, then true");
        }
    }
}
