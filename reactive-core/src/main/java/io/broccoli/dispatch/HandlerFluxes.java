package io.broccoli.dispatch;

import io.broccoli.credit.Account;
import io.broccoli.credit.ItemSource;
import io.broccoli.frame.Body;
import io.broccoli.frame.Frame;
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
    private final Wire wire;
    private final int maxBatch;
    private final Workers workers;
    private final Set<HandlerFlux> running = new LinkedHashSet<>();
    private final Set<HandlerFlux> ready = new LinkedHashSet<>(); // with items to be sent

    HandlerFluxes(Executor loop, LongSupplier clock, Wire wire, int maxBatch, Workers workers) {
        this.loop = loop;
        this.clock = clock;
        this.wire = wire;
        this.maxBatch = maxBatch;
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
        int maxItem = Math.min(wire.room(job.account().maxFrame()), wire.maxFrame()) - wire.itemRunBytes();
        ItemSource source = new ItemSource(job.seq(), replayable, headers.itemLimit(), headers.received());
        HandlerFlux flux = new HandlerFlux(job, source, execution, this, worker, maxItem);
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
        ready.remove(flux);
    }

    /** Something came of the publisher, or of the producer. */
    void advance(HandlerFlux flux) {
        if (flux.source.isOver()) {
            flux.finish();
            return;
        }
        flux.ask();
        if (flux.job.ledger.itemsReady(flux.job)) {
            ready.add(flux);
        }
    }

    /** To be called once in a while: streams of which nothing is taken give their workers away. */
    void beat() {
        running.forEach(HandlerFlux::parkIfIdle);
    }

    void resume(Job job) {
        workers.resume(job);
    }

    /** Runs whenever the executor has nothing else to do. */
    void settle() {
        if (!ready.isEmpty()) {
            List<HandlerFlux> some = List.copyOf(ready);
            ready.clear();
            some.forEach(this::flush);
        }
    }

    /** Sends items, one frame at a time for each link: what gathers while it is under way goes out in the next. */
    private void flush(HandlerFlux flux) {
        Account account = flux.job.account();
        long now = clock.getAsLong();
        if (account.isSendingItems(now)) {
            return;
        }
        Frame.Items items =
                flux.job.ledger.items(account, maxBatch, wire.itemRunBytes(), wire.room(account.maxFrame()), now);
        if (items != null) {
            account.sendingItems(now);
            wire.send(account.producer(), items, account.features(), () -> {
                account.sentItems();
                flush(flux);
            });
        }
    }

    /** Disposes all: the node leaves, or begins a new life. */
    void stop() {
        List.copyOf(running).forEach(HandlerFlux::stop);
    }
}
