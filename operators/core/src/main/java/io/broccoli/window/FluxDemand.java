package io.broccoli.window;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/** One demand for all sources of a stream. */
final class FluxDemand implements Demand {

    /** Most elements that are asked for in advance. */
    static final int AHEAD = 256;

    private final int most;
    private @Nullable Subscription upstream;
    private long promised;
    private boolean heldUp = true; // at some time since the last turn

    FluxDemand(int most) {
        this.most = most;
    }

    @Override
    public void begins(Subscription subscription) {
        upstream = subscription;
    }

    @Override
    public void arrived(Object source) {
        promised--;
    }

    @Override
    public void ask(Machine<?, ?> machine) {
        long room = Math.min(AHEAD, (long) most - machine.held());
        if (promised <= room / 2 && promised < room) {
            long more = room - promised;
            promised = room;
            Objects.requireNonNull(upstream).request(more);
        }
    }

    @Override
    public long promised() {
        return promised;
    }

    @Override
    public boolean isStuck(Machine<?, ?> machine) {
        return promised == 0 && machine.held() >= most;
    }

    @Override
    public boolean wasAsked(Object source) {
        return promised > 0 && !heldUp;
    }

    @Override
    public void turn() {
        heldUp = promised == 0;
    }

    @Override
    public void heldUp() {
        heldUp = true;
    }
}
