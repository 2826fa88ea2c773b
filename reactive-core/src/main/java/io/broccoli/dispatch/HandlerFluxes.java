package io.broccoli.dispatch;

import io.broccoli.credit.ItemSource;
import io.broccoli.frame.Body;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.reactivestreams.Publisher;

/** The item streams that a node runs: no more than it has places. Belongs to the member's serial executor. */
final class HandlerFluxes {

    private final Executor loop;
    private final LongSupplier clock;
    private final ItemFrames frames;
    private final Workers workers;
    private final Set<HandlerFlux> running = new LinkedHashSet<>();

    HandlerFluxes(Executor loop, LongSupplier clock, ItemFrames frames, Workers workers) {
        this.loop = loop;
        this.clock = clock;
        this.frames = frames;
        this.workers = workers;
    }

    /** On a worker: begins a handler's publisher, and holds the worker. */
    HandlerFlux begin(
            Publisher<?> publisher,
            Job job,
            boolean replayable,
            Body.Headers headers,
            Execution execution,
            Consumer<BooleanSupplier> worker) {
        ItemSource source = new ItemSource(job.seq(), replayable, headers.itemLimit(), headers.received());
        HandlerFlux flux = new HandlerFlux(job, source, execution, this, worker, frames.maxItem(job));
        job.flux = flux;
        flux.begin(publisher);
        return flux;
    }

    void execute(Runnable task) {
        loop.execute(task);
    }

    long now() {
        return clock.getAsLong();
    }

    void add(HandlerFlux flux) {
        running.add(flux);
        flux.job.ledger.streams(flux.job, flux.source);
    }

    void remove(HandlerFlux flux) {
        running.remove(flux);
        frames.remove(flux.job);
    }

    /** Something came of the publisher, or of the producer. */
    void advance(HandlerFlux flux) {
        if (flux.source.isOver()) {
            flux.finish();
            return;
        }
        flux.ask();
        frames.advanced(flux.job);
    }

    /** To be called once in a while: streams of which nothing is taken give their workers away. */
    void beat() {
        running.forEach(HandlerFlux::parkIfIdle);
    }

    void resume(Job job) {
        workers.resume(job);
    }

    /** Disposes all: the node leaves, or begins a new life. */
    void stop() {
        List.copyOf(running).forEach(HandlerFlux::stop);
    }
}
