package io.broccoli.internal.member;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.task.Parameter;
import io.broccoli.task.TaskContext;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.TaskRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The tasks of a node. Each tells its stream that it starts, and takes a time that hangs on its argument and the node's speed. */
final class SimTasks {

    /** What the tasks of a cheater name as their stream. */
    static final int NOBODY = -1;

    private final SimWorld world;
    private final String node;
    private final double speed;

    SimTasks(SimWorld world, String node, double speed) {
        this.world = world;
        this.node = node;
        this.speed = speed;
    }

    TaskRegistry registry(Clockwork.Process process) {
        Parameter stream = Parameter.of("stream", Integer.class);
        Parameter x = Parameter.of("x", Integer.class);
        return TaskRegistry.builder()
                .task("work", (context, args) -> work(process, (int) args[0], (int) args[1]), stream, x)
                .task("part", (context, args) -> work(process, (int) args[1], (int) args[0]), x, stream)
                .task("next", (context, args) -> next(process, (int) args[0], (int) args[1]), x, stream)
                .task("nested", (context, args) -> nested(process, context, (int) args[0], (int) args[1]), stream, x)
                .task("items", (context, args) -> items(process, (int) args[0], (int) args[1], false), stream, x)
                .task("again", (context, args) -> items(process, (int) args[0], (int) args[1], true), stream, x)
                .replayable("again")
                .build();
    }

    private Object work(Clockwork.Process process, int stream, int x) {
        begin(stream, "work", x);
        return later(process, stream, x, SimWork.worked(x));
    }

    private Object next(Clockwork.Process process, int x, int stream) {
        begin(stream, "next", x);
        return later(process, stream, x, SimWork.next(x));
    }

    /** Tells the stream, which may let it fail. */
    private void begin(int stream, String task, int x) {
        world.trace(node, "begins", task, x, "of stream", stream);
        if (stream != NOBODY) {
            world.streams.get(stream).starts(task, x);
        }
    }

    private Object later(Clockwork.Process process, int stream, int x, Object value) {
        long millis = millis(x);
        if (millis == 0) {
            finish(stream, x);
            return value;
        }
        return Mono.delay(Duration.ofMillis(millis), process).thenReturn(value).doOnNext(finished -> finish(stream, x));
    }

    private void finish(int stream, int x) {
        if (stream != NOBODY) {
            world.streams.get(stream).finishes(x);
        }
    }

    /** A third of the tasks take no time, the others up to 50 ms, where the node is no slower than others. */
    private long millis(int x) {
        int chance = Math.floorMod(x * 0x9e3779b1, 75);
        return chance < 25 ? 0 : (long) ((chance - 24) * speed);
    }

    private Mono<Integer> nested(Clockwork.Process process, TaskContext context, int stream, int x) {
        begin(stream, "nested", x);
        Mono<Integer> sum = sum(context, x);
        return x % 2 == 0 ? sum : Mono.delay(Duration.ofMillis(3), process).then(sum);
    }

    private static Mono<Integer> sum(TaskContext context, int x) {
        DispatchOptions options = DispatchOptions.DEFAULTS
                .withTimeout(Duration.ZERO)
                .withAttempts(1_000)
                .withWindow(2);
        return Cluster.of(context)
                .dispatch(
                        Flux.range(0, SimWork.children(x)),
                        new Calls<>("work", i -> List.of(NOBODY, SimWork.child(x, i)), Integer.class),
                        options)
                .map(SimTasks::valueOrThrow)
                .reduce(0, Integer::sum)
                .map(sum -> SimWork.nested(x, sum));
    }

    private static int valueOrThrow(TaskOutcome<Integer> outcome) {
        if (outcome instanceof TaskOutcome.Success<Integer> success) {
            return Objects.requireNonNull(success.value());
        }
        throw ((TaskOutcome.Failure<Integer>) outcome).toException();
    }

    private Flux<Integer> items(Clockwork.Process process, int stream, int x, boolean replayable) {
        begin(stream, "items", x);
        if (stream == NOBODY) {
            return Flux.range(0, 100);
        }
        SimStream of = world.streams.get(stream);
        int run = replayable ? 0 : of.runs(x);
        Flux<Integer> items = Flux.range(0, SimWork.items(x)).map(i -> SimWork.item(run, x, i));
        if (of.breaks(x)) {
            items = items.concatWith(Mono.error(SimStream.failure(x)));
        }
        if (x % 2 != 0) {
            items = items.concatMap(
                    item -> Mono.delay(Duration.ofMillis(1 + millis(item) / 4), process)
                            .thenReturn(item),
                    1);
        }
        AtomicLong asked = new AtomicLong();
        return items.doOnRequest(n -> of.asksItems(x, asked.addAndGet(n)));
    }
}
