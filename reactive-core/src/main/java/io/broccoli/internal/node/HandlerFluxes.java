package io.broccoli.internal.node;

import io.broccoli.frame.Body;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.Boundary;
import io.broccoli.internal.credit.ItemSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** The item streams that a node runs: no more than it has places. Belongs to the member's serial executor. */
final class HandlerFluxes {

    private final Executor loop;
    private final Boundary boundary;
    private final LongSupplier clock;
    private final ItemFrames frames;
    private final Workers workers;
    private final Set<HandlerFlux> running = new LinkedHashSet<>();

    HandlerFluxes(MemberContext context, ItemFrames frames, Workers workers) {
        this.loop = context.loop();
        this.boundary = context.boundary();
        this.clock = context.clock();
        this.frames = frames;
        this.workers = workers;
    }

    /** On a worker: begins a handler's publisher, and keeps the worker. */
    void begin(Step.Items items, NodeTask task, Ending outcome, WorkerLease lease) {
        Body.Headers headers = items.headers();
        ItemSource source = new ItemSource(task.seq(), items.replayable(), headers.itemLimit(), headers.received());
        HandlerFlux flux = new HandlerFlux(task, source, outcome, this, lease, frames.maxItem(task));
        task.givenBy(flux);
        flux.begin(items.publisher());
    }

    Boundary boundary() {
        return boundary;
    }

    void execute(Runnable task) {
        loop.execute(task);
    }

    long now() {
        return clock.getAsLong();
    }

    void add(HandlerFlux flux) {
        running.add(flux);
        flux.task.streams(flux.source);
    }

    void remove(HandlerFlux flux) {
        running.remove(flux);
        frames.remove(flux.task);
    }

    /** Something came of the publisher, or of the producer. */
    void advance(HandlerFlux flux) {
        if (flux.source.isOver()) {
            flux.finish();
            return;
        }
        frames.advanced(flux.task);
        if (flux.source.isOver()) { // items of a task in its parent's place arrive at once
            flux.finish();
            return;
        }
        flux.ask();
    }

    /** To be called once in a while: streams of which nothing is taken give their workers away. */
    void beat() {
        running.forEach(HandlerFlux::parkIfIdle);
    }

    /** Gives a stream a worker again, before others begin. */
    void resume(HandlerFlux flux) {
        workers.resume(flux::resumed);
    }

    /** Disposes all: the node leaves, or begins a new life. */
    void stop() {
        List.copyOf(running).forEach(flux -> flux.task.stop());
    }
}
