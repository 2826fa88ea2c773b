package io.broccoli.internal.member;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.internal.base.Directory;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.base.SerialExecutor;
import io.broccoli.internal.base.Wire;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.boundary.Carrier;
import io.broccoli.internal.boundary.Clock;
import io.broccoli.internal.boundary.Timers;
import io.broccoli.internal.producer.Dispatcher;
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
import org.reactivestreams.Publisher;
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
        ClusterOptions options = ClusterOptions.of("nowhere:")
                .withMember("client")
                .withTime(VirtualTimeScheduler.create(), System::nanoTime); // nothing waits for time here
        Timers timers = new Timers(options.scheduler());
        Boundary boundary = Boundary.of(PAYLOADS, error -> {});
        MemberContext context = new MemberContext(
                options.member(),
                loop,
                timers,
                new Clock(options.nanoTime()),
                boundary,
                new Wire(new Carrier(NOWHERE, boundary.guard()), new MessagePackFrameCodec(), loop, options.nanoTime()),
                options.maxBatch());
        Dispatcher made = new Dispatcher(context, options, 1, new Directory(timers, boundary), () -> {});
        dispatcher = made;
        Publisher<Integer> source = subscriber -> subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {
                for (long i = 0; i < n; i++) {
                    subscriber.onNext(1);
                }
            }

            @Override
            public void cancel() {
                sourceCancelled = true;
            }
        });
        made.dispatch(source, AT_ONCE, DispatchOptions.DEFAULTS.withWindow(4)).subscribe(this);
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
