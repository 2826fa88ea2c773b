package io.broccoli.dispatch;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.spi.ConnectOptions;
import io.broccoli.spi.Transport;
import io.broccoli.task.TaskOutcome;
import io.broccoli.transport.codec.MessagePackFrameCodec;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import io.broccoli.transport.memory.FaultPlan;
import io.broccoli.transport.memory.MemoryNetwork;
import java.lang.reflect.Type;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A stream of elements that need no node: each ends as soon as it is taken. All happens on the threads of those who ask. */
final class LoneStream implements CoreSubscriber<TaskOutcome<Integer>> {

    private static final MessagePackPayloadCodec PAYLOADS = new MessagePackPayloadCodec();
    private static final Payload VALUE = PAYLOADS.encode(1);
    private static final Transport NOWHERE = new MemoryNetwork(Schedulers.immediate(), FaultPlan.NONE)
            .open(URI.create("memory:stress"), "default", "client", ConnectOptions.DEFAULTS);

    private static final Plan<Integer, Integer> AT_ONCE = new Plan<>() {
        @Override
        public void begin(Integer element, Run run) {
            run.succeed(VALUE);
        }

        @Override
        public Type resultType() {
            return Integer.class;
        }
    };

    private @Nullable Dispatcher dispatcher;
    private @Nullable Subscription subscription;
    int emitted; // by one at a time: that is what is tested
    private int inside;
    int overlaps;
    volatile boolean sourceCancelled;

    LoneStream() {
        SerialExecutor loop = new SerialExecutor(Schedulers.immediate(), this::settle);
        Dispatcher made = new Dispatcher(
                loop,
                ClusterOptions.of("nowhere:")
                        .withMember("client")
                        .withTime(VirtualTimeScheduler.create(), System::nanoTime), // nothing waits for time here
                PAYLOADS,
                new Wire(NOWHERE, new MessagePackFrameCodec(), loop),
                1,
                () -> {},
                node -> {},
                () -> "");
        dispatcher = made;
        StreamSignals<Integer> signals = new DispatchStream<>(
                        made, AT_ONCE, DispatchOptions.DEFAULTS.withWindow(4), this, null, false)
                .signals();
        signals.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {
                for (long i = 0; i < n; i++) {
                    signals.onNext(1);
                }
            }

            @Override
            public void cancel() {
                sourceCancelled = true;
            }
        });
    }

    private void settle() {
        Dispatcher made = dispatcher;
        if (made != null) {
            made.settle();
        }
    }

    void request(long n) {
        Objects.requireNonNull(subscription).request(n);
    }

    void cancel() {
        Objects.requireNonNull(subscription).cancel();
    }

    @Override
    public void onSubscribe(Subscription received) {
        subscription = received;
    }

    @Override
    public void onNext(TaskOutcome<Integer> outcome) {
        overlaps += inside;
        inside++;
        emitted++;
        inside--;
    }

    @Override
    public void onError(Throwable failed) {
        overlaps += 1000;
    }

    @Override
    public void onComplete() {
        overlaps += 1000;
    }
}
