package io.broccoli.canvas;

import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import io.broccoli.task.Work;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An element whose work the test answers, one thing after the other: what is sent, and in which order, can be asserted. */
final class ScriptedRun implements Run {

    private static final MessagePackPayloadCodec CODEC = new MessagePackPayloadCodec();

    record Sent(Work work, Then then) {}

    final List<Work> streamed = new ArrayList<>();
    boolean items; // of what is streamed came already

    final Deque<Sent> underWay = new ArrayDeque<>();
    final List<Work> sent = new ArrayList<>();

    @Nullable TaskOutcome<?> outcome;

    private final Predicate<List<String>> together;
    int largestTask = Integer.MAX_VALUE; // as if no node were known

    ScriptedRun() {
        this(tasks -> true);
    }

    /** @param together whether one node offers these tasks */
    ScriptedRun(Predicate<List<String>> together) {
        this.together = together;
    }

    Work next() {
        return underWay.element().work();
    }

    ScriptedRun succeedNext(@Nullable Object value) {
        Sent first = underWay.remove();
        first.then().succeeded(this, encode(value));
        return this;
    }

    ScriptedRun failNext(FailureKind kind, int step) {
        Sent first = underWay.remove();
        first.then()
                .failed(
                        this,
                        TaskOutcome.Failure.of(kind, "as the test says", "task")
                                .on("node", 1)
                                .atStep(step));
        return this;
    }

    /** Arguments as a node sees them. */
    static @Nullable Object plain(@Nullable Object value) {
        return CODEC.decode(CODEC.encode(value), Object.class);
    }

    @Override
    public void submit(Work work, Then then) {
        if (outcome == null) {
            sent.add(work);
            underWay.add(new Sent(work, then));
        }
    }

    @Override
    public void stream(Work work, Then then) {
        streamed.add(work);
        submit(work, then);
    }

    @Override
    public boolean hasItems() {
        return items;
    }

    @Override
    public void succeed(Payload value) {
        if (outcome == null) {
            outcome = new TaskOutcome.Success<>(CODEC.decode(value, Object.class));
        }
    }

    @Override
    public void succeedWith(Object value) {
        throw new UnsupportedOperationException("no plan here ends with a value that does not travel");
    }

    @Override
    public void fail(TaskOutcome.Failure<?> failure) {
        if (outcome == null) {
            outcome = failure;
        }
    }

    @Override
    public void complete() {
        if (outcome == null) {
            outcome = new TaskOutcome.Success<>(null);
        }
    }

    @Override
    public TaskOutcome<?> decode(Payload value) {
        return new TaskOutcome.Success<>(CODEC.decode(value, Object.class));
    }

    @Override
    public boolean together(List<String> tasks) {
        return together.test(tasks);
    }

    @Override
    public int largestTask(String task) {
        return largestTask;
    }

    @Override
    public Payload encode(@Nullable Object value) {
        return CODEC.encode(value);
    }
}
