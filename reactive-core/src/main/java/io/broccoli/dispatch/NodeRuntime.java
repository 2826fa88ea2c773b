package io.broccoli.dispatch;

import io.broccoli.cluster.Cluster;
import io.broccoli.credit.Account;
import io.broccoli.credit.CreditLedger;
import io.broccoli.credit.HeldTask;
import io.broccoli.credit.Timing;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.node.DrainReport;
import io.broccoli.node.NodeOptions;
import io.broccoli.node.NodeStats;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.task.TaskRegistry;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/** A member as a node: its ledger, its queue and its workers. Belongs to the member's serial executor. */
final class NodeRuntime implements CreditLedger.Host, Nesting.Runner {

    private static final int RING_ENTRIES_FOR_EACH_PLACE = 4;

    private final String name;
    private final NodeOptions options;
    private final Executor loop;
    private final Scheduler scheduler;
    private final LongSupplier clock;
    private final PayloadCodec codec;
    private final Wire wire;
    private final int maxBatch;
    private final Workers workers;
    private final Nesting nesting;
    private final ItemFrames itemFrames;
    private final HandlerFluxes fluxes;
    private final NodeFeeds feeds;

    private final Queue<Job> completed = Queues.<Job>unboundedMultiproducer().get(); // bounded by what is held
    private final AtomicBoolean noted = new AtomicBoolean();

    // Made once, not for each task.
    private final Consumer<Job> whenCompleted = this::completed;
    private final Consumer<Job> whenDoneInPlace = this::doneInPlace;
    private final Runnable takeCompleted = this::takeCompleted;

    private volatile Functions functions; // workers read it: what a task begins with it goes on with
    private CreditLedger ledger;
    private final Set<Account> ready = new LinkedHashSet<>(); // with answers to be sent
    private long bootEpoch;
    private MemberState state = MemberState.ACTIVE;
    private long framedAt; // when the last frame came
    private int accepted; // since the workers were last woken
    private boolean beating;
    private long succeeded;
    private long failed;
    private long ended; // jobs, while it drains

    NodeRuntime(
            String name,
            NodeOptions options,
            TaskRegistry registry,
            Executor loop,
            Scheduler scheduler,
            LongSupplier clock,
            PayloadCodec codec,
            Wire wire,
            int maxBatch,
            Scheduler workerScheduler,
            Scheduler sourceScheduler,
            long bootEpoch,
            Cluster member,
            Dispatcher dispatcher) {
        this.name = name;
        this.options = options;
        this.functions = Functions.of(registry);
        this.loop = loop;
        this.scheduler = scheduler;
        this.clock = clock;
        this.codec = codec;
        this.wire = wire;
        this.maxBatch = maxBatch;
        this.bootEpoch = bootEpoch;
        this.ledger = newLedger();
        this.workers = new Workers(options.workers(), workerScheduler, this::run);
        this.nesting = new Nesting(member, dispatcher, workers, options.capacity(), this);
        this.itemFrames = new ItemFrames(clock, wire, maxBatch);
        this.fluxes = new HandlerFluxes(loop, clock, itemFrames, workers);
        this.feeds = new NodeFeeds(loop, scheduler, sourceScheduler, codec, itemFrames, options.maxSubscribers());
    }

    private CreditLedger newLedger() {
        int ring = options.capacity() * RING_ENTRIES_FOR_EACH_PLACE;
        return new CreditLedger(bootEpoch, options.capacity(), options.maxLinks(), ring, options.ringBytes(), this);
    }

    // ---- frames in

    void frame(String from, Frame.ToNode frame, long now) {
        framedAt = now;
        if (frame instanceof Frame.Tasks some) {
            ledger.tasks(from, some, now);
        } else if (frame instanceof Frame.Poll poll) {
            ledger.poll(from, poll, now);
        } else if (frame instanceof Frame.Cancel cancel) {
            ledger.cancel(from, cancel, now);
        }
        if (!beating) {
            beating = true;
            scheduleBeat();
        }
    }

    /** A producer left. */
    void bye(String from, long epoch) {
        ledger.bye(from, epoch);
    }

    private void scheduleBeat() {
        scheduler.schedule(() -> loop.execute(this::beat), Timing.REANNOUNCE, TimeUnit.NANOSECONDS);
    }

    private void beat() {
        ledger.beat(clock.getAsLong());
        fluxes.beat();
        workers.prune();
        beating = ledger.links() > 0;
        if (beating) {
            scheduleBeat();
        }
    }

    // ---- the ledger's host

    @Override
    public void send(Account account, Frame.ToProducer frame) {
        wire.control(account.producer(), frame);
    }

    @Override
    public void refuse(String producer, Frame.Nack nack) {
        wire.control(producer, nack);
    }

    @Override
    public @Nullable HeldTask accept(Account account, long seq, long id, Payload body) {
        if (body.length() > options.maxTask()) {
            return null;
        }
        Job job = new Job(ledger, account, seq, id, body, framedAt);
        workers.offer(job);
        accepted++;
        return job;
    }

    @Override
    public boolean withdraw(HeldTask task, boolean stop) {
        Job job = (Job) task;
        if (job.withdraw()) {
            workers.remove(job);
            return true;
        }
        if (stop) {
            job.stop();
        } else if (job.isFenced()) {
            job.abandon();
        }
        return false;
    }

    @Override
    public void itemsAsked(HeldTask task) {
        HandlerFlux flux = ((Job) task).flux;
        if (flux != null) {
            fluxes.advance(flux);
        }
        FeedSubscriber subscriber = ((Job) task).feed;
        if (subscriber != null) {
            subscriber.asked();
        }
    }

    @Override
    public void answersReady(Account account) {
        ready.add(account);
    }

    @Override
    public void grantSoon() {
        CreditLedger current = ledger;
        scheduler.schedule(() -> loop.execute(current::grantRises), CreditLedger.GRANT_PAUSE, TimeUnit.NANOSECONDS);
    }

    // ---- work

    /** On a worker. */
    private boolean run(Job job, Consumer<BooleanSupplier> worker) {
        HandlerFlux flux = job.flux;
        if (flux != null) {
            flux.resumed(worker);
            return false;
        }
        int maxResult = Math.min(wire.room(job.account().maxFrame()), wire.maxFrame()) - wire.entryBytes();
        return run(job, maxResult, whenCompleted, worker);
    }

    /** A sub-task in its parent's place, on a worker. */
    @Override
    public boolean run(InPlace job, Consumer<BooleanSupplier> worker) {
        return run(job, wire.room(wire.maxFrame()) - wire.entryBytes(), whenDoneInPlace, worker);
    }

    private boolean run(Job job, int maxResult, Consumer<Job> whenDone, Consumer<BooleanSupplier> worker) {
        Execution execution =
                new Execution(job, name, maxResult, codec, functions, fluxes, feeds, whenDone, nesting, worker);
        job.executedBy(execution);
        return execution.start(clock);
    }

    private void doneInPlace(Job job) {
        loop.execute(((InPlace) job)::done);
    }

    /** On any thread. */
    private void completed(Job job) {
        completed.offer(job);
        if (!noted.get() && noted.compareAndSet(false, true)) {
            loop.execute(takeCompleted);
        }
    }

    private void takeCompleted() {
        noted.set(false);
        Job job;
        while ((job = completed.poll()) != null) {
            count(job);
            ended += state == MemberState.DRAINING ? 1 : 0;
            job.ledger.finished(job, job.status, job.payload);
        }
        ledger.deal();
    }

    @Override
    public void count(Job job) {
        if (job.status == ResultStatus.SUCCESS || job.status == ResultStatus.END) {
            succeeded++;
        } else if (job.status == ResultStatus.FAILURE || job.status == ResultStatus.BAD_ARGUMENTS) {
            failed++;
        }
    }

    /** Runs whenever the executor has nothing else to do: wakes workers, sends answers. */
    void settle() {
        if (accepted > 0) {
            workers.wake(accepted);
            accepted = 0;
        }
        if (!ready.isEmpty()) {
            ready.forEach(this::flush);
            ready.clear();
        }
        itemFrames.settle();
    }

    /** Sends answers, one frame at a time: what gathers while it is under way goes out in the next. */
    private void flush(Account account) {
        long now = clock.getAsLong();
        if (account.isSending(now)) {
            return;
        }
        Frame.Results results = ledger.results(account, maxBatch, wire.entryBytes(), wire.room(account.maxFrame()));
        if (results != null) {
            account.sending(now);
            wire.send(account.producer(), results, account.features(), () -> {
                account.sent();
                flush(account);
            });
        }
    }

    // ---- life

    Frame.Status status(MemberState announced) {
        return status(announced, functions);
    }

    private Frame.Status status(MemberState announced, Functions offered) {
        return new Frame.Status(
                name,
                bootEpoch,
                announced,
                options.queue(),
                options.workers(),
                (int) ledger.free(),
                wire.maxFrame(),
                options.maxTask(),
                Frame.COLUMNS,
                options.site(),
                offered.infos());
    }

    /**
     * Puts the tasks of a module in the place of those that it had. Tasks of replaced ones that did not begin are returned to their
     * producers when their turn comes.
     *
     * @param fits whether this can be announced
     * @throws IllegalArgumentException if they cannot be offered: nothing changed then
     */
    void offer(String module, String version, TaskRegistry tasks, Predicate<Frame.Status> fits) {
        Functions newer = functions.with(module, version, tasks.all());
        if (!fits.test(status(state, newer))) {
            throw new IllegalArgumentException("a node with the tasks of " + module + " is too large to be announced");
        }
        functions = newer;
    }

    MemberState state() {
        return state;
    }

    /** This name had a later life than this one knew of: all links begin anew, above its epoch. */
    void restart(long newBootEpoch) {
        ledger.fenceAll();
        fluxes.stop();
        feeds.restart();
        bootEpoch = newBootEpoch;
        ledger = newLedger();
        ready.clear();
    }

    void drain() {
        state = MemberState.DRAINING;
        feeds.close();
        ledger.drain();
    }

    /** What became of tasks since it drains. */
    DrainReport drainReport() {
        return new DrainReport(ended, ledger.handedBack(), ledger.held());
    }

    void close() {
        state = MemberState.GONE;
        fluxes.stop();
        feeds.close();
        feeds.stop();
        workers.dispose();
    }

    NodeStats stats() {
        int held = ledger.held();
        int queued = Math.min(held, workers.waiting());
        int parked = Math.min(held - queued, nesting.idle());
        return new NodeStats(
                queued,
                held - queued - parked,
                parked,
                ledger.maxHeld(),
                ledger.unused(),
                ledger.links(),
                ledger.remembered(),
                ledger.rememberedBytes(),
                succeeded,
                failed,
                ledger.refused(),
                feeds.stats());
    }
}
