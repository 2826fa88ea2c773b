package io.broccoli.internal.member;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Run;
import io.broccoli.frame.Payload;
import io.broccoli.route.Route;
import io.broccoli.task.TaskOutcome;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Elements of a stream that sends those of a key one after another: an element is sent when those before it have their outcomes.
 *
 * <p>An outcome is there when the client hears of it or its time is over, which may be long before it is emitted: an ordered stream
 * emits it behind those of earlier elements, and each stream only when it is asked. What counts is that an element does not begin
 * <em>before</em> that. It may well begin later than those behind it. Where an element ends because its time is over, its task is
 * cancelled, and may be on its way still: the next one of the key is sent at once, and where frames overtake each other, or the
 * cancelling one is lost, a node may begin the cancelled task as the last. Nothing is promised of a task that has its outcome but that
 * it does not start once its node heard that it is cancelled.
 */
final class SimKeys {

    private static final long NEVER = Long.MAX_VALUE / 2;

    private final SimWorld world;
    private final DispatchOptions options;
    private final Map<Integer, Long> givenAt = new HashMap<>();
    private final BitSet begun = new BitSet();
    private final BitSet heard = new BitSet(); // those that have their outcome

    SimKeys(SimWorld world, DispatchOptions options) {
        this.world = world;
        this.options = options;
    }

    /** The source gives an element. */
    void given(int x) {
        givenAt.put(x, world.clock.now());
    }

    /** Hears how the work of an element ends, before its run does. */
    Run.Then hearing(int x, Run.Then then) {
        return new Run.Then() {
            @Override
            public void succeeded(Run run, Payload value) {
                heard.set(x);
                then.succeeded(run, value);
            }

            @Override
            public void failed(Run run, TaskOutcome.Failure<?> failure) {
                heard.set(x);
                then.failed(run, failure);
            }

            @Override
            public void completed(Run run) {
                heard.set(x);
                then.completed(run);
            }
        };
    }

    /** A task of an element begins, for the first time or again. */
    void begins(int x) {
        begun.set(x);
    }

    boolean hasBegun(int x) {
        return begun.get(x);
    }

    boolean areSame(int x, int y) {
        return options.router().route(x) instanceof Route.ByKey key
                && key.inOrder()
                && key.equals(options.router().route(y));
    }

    /** The first element that an element must not begin before, though it does; -1 if there is none. */
    int overtakenBy(int x) {
        for (int y = 0; y < x; y++) {
            if (areSame(x, y) && !hasOutcome(y)) {
                return y;
            }
        }
        return -1;
    }

    private boolean hasOutcome(int x) {
        long age = world.clock.now() - givenAt.getOrDefault(x, NEVER);
        return heard.get(x)
                || !options.timeout().isZero() && age >= options.timeout().toNanos()
                || !options.expiry().isZero() && age >= options.expiry().toNanos() && !begun.get(x);
    }
}
