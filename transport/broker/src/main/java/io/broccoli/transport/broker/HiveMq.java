package io.broccoli.transport.broker;

import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What is peculiar about HiveMQ in a process that is not its own. */
final class HiveMq {

    private static final int QOS_0_BYTES_PER_CLIENT = 64 * 1024 * 1024;
    private static final int WINDOW = 4_096;
    private static final Semaphore STARTING = new Semaphore(1);

    private HiveMq() {}

    /**
     * Always a new one: one that was stopped does not start again. Its own set-up of logging must not run: with logback excluded, as it
     * is, the start would hang.
     */
    static EmbeddedHiveMQ build(BrokerFolder folder, BrokerExtension extension) {
        configure();
        return EmbeddedHiveMQ.builder()
                .withConfigurationFolder(folder.configuration())
                .withDataFolder(folder.data())
                .withExtensionsFolder(folder.extensions())
                .withEmbeddedExtension(EmbeddedExtension.builder()
                        .withId("broccoli")
                        .withName("Broccoli")
                        .withVersion("1")
                        .withExtensionMain(extension)
                        .build())
                .withoutLoggingBootstrap()
                .build();
    }

    /** The settings of the whole process that the configuration file does not know; the broker reads them when it starts. */
    private static void configure() {
        InternalConfigurations.QOS_0_MEMORY_LIMIT_PER_CLIENT_BYTES.set(QOS_0_BYTES_PER_CLIENT);
        InternalConfigurations.NOT_WRITABLE_QUEUE_SIZE.set(100_000);
        InternalConfigurations.MAX_INFLIGHT_WINDOW_SIZE_MESSAGES = WINDOW;
        InternalConfigurations.PERSISTENCE_SHUTDOWN_GRACE_PERIOD_MSEC.set(50);
        InternalConfigurations.JMX_REPORTER_ENABLED.set(false);
    }

    /**
     * One at a time in a process, because a start goes through static state. The broker makes itself the handler of all uncaught
     * exceptions of the process, and exits on some: that is undone.
     */
    static void start(EmbeddedHiveMQ broker, Duration timeout)
            throws ExecutionException, InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + timeout.toNanos();
        if (!STARTING.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("another embedded broker starts");
        }
        Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
        broker.start()
                .whenComplete((nothing, error) -> {
                    Thread.setDefaultUncaughtExceptionHandler(handler);
                    STARTING.release();
                })
                .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Stops it, then ends the thread that starts and stops it. */
    static CompletableFuture<Void> stop(EmbeddedHiveMQ broker) {
        return broker.stop().whenComplete((nothing, error) -> close(broker));
    }

    private static void close(EmbeddedHiveMQ broker) {
        Thread closer = new Thread(
                () -> {
                    try {
                        broker.close();
                    } catch (ExecutionException e) {
                        // it is stopped; there is nothing left to close
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "broccoli-broker-close");
        closer.setDaemon(true);
        closer.start();
    }
}
