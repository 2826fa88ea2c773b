package io.broccoli.internal.node;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.frame.Payload;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.base.Wire;
import io.broccoli.internal.credit.Account;
import io.broccoli.internal.credit.CreditLedger;
import io.broccoli.internal.credit.HeldTask;
import io.broccoli.internal.credit.Timing;
import io.broccoli.node.DrainReport;
import io.broccoli.node.NodeOptions;
import io.broccoli.node.NodeStats;
import io.broccoli.task.TaskRegistry;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.concurrent.Queues;

/** A member as a node: its ledger, its queue and its workers. Belongs to the member's serial executor. */
public final class NodeRuntime implements CreditLedger.Host {

    private static final Logger LOG = Loggers.getLogger(NodeRuntime.class);

    private final MemberContext context;
    private final NodeOptions options;
    private final Workers workers;
    private final SubTasks.Host subTasks;
    private final Owner owner;
    private final Watch watch;
    private final ResultFrames resultFrames;
    private final ItemFrames itemFrames;
    private final HandlerFluxes fluxes;
    private final NodeFeeds feeds;
    private final RunServices services;
    private final Tally tally = new Tally();
    private final Unheard unheard;
    private final Queue<NodeTask> completed =
            Queues.<NodeTask>unboundedMultiproducer().get(); // bounded by what is held
    private final AtomicBoolean noted = new AtomicBoolean();
    // Made once, not for each task.
    private final Consumer<NodeTask> whenCompleted = this::completed;
    private final Runnable takeCompleted = this::takeCompleted;
    private volatile Functions functions; // workers read it: what a task begins with it goes on with
    private CreditLedger ledger;
    private long bootEpoch;
    private MemberState state = MemberState.ACTIVE;
    private long framedAt; // when the last frame came
    private int accepted; // since the workers were last woken
    private boolean beating;
    private long ended; // tasks, while it drains
    private Runnable whenWorn = () -> {};

    /** The member that the node is. */
    public interface Owner {

        /** Makes the host of what tasks of this node send themselves. */
        SubTasks.Host subTasks(NodeRuntime node);

        /** Tells all others what this node is now. */
        void announce();
    }

    public NodeRuntime(
            MemberContext context,
            NodeOptions options,
            TaskRegistry registry,
            Scheduler workerScheduler,
            Scheduler sourceScheduler,
            long bootEpoch,
            Owner owner) {
        this.context = context;
        this.options = options;
        this.functions = Functions.of(registry);
        this.bootEpoch = bootEpoch;
        this.ledger = newLedger();
        this.owner = owner;
        this.workers = new Workers(
                options.workers(), workerScheduler, options.workerScheduler().isEmpty(), this::run);
        this.subTasks = owner.subTasks(this);
        TaskLimit limit = new TaskLimit(options.taskLimit());
        this.watch = new Watch(context.member(), limit, workers, this::allStuck);
        this.resultFrames = new ResultFrames(context, () -> ledger);
        this.itemFrames = new ItemFrames(context);
        this.fluxes = new HandlerFluxes(context, itemFrames, workers);
        this.feeds = new NodeFeeds(context, sourceScheduler, itemFrames, options.maxSubscribers(), () -> functions);
        this.services = new RunServices(context, workers, fluxes, feeds, subTasks, limit);
        this.unheard = new Unheard(context);
    }

    /** Sets what is to be done after two years, when the numbers of its links end: it is to begin a new life. */
    public void whenWorn(Runnable action) {
        whenWorn = action;
    }

    private CreditLedger newLedger() {
        int ring = 4 * options.capacity(); // results that are remembered
        return new CreditLedger(
                bootEpoch,
                options.capacity(),
                options.maxLinks(),
                ring,
                options.ringBytes(),
                options.maxWeight(),
                this);
    }

    // ---- frames in

    public void frame(String from, Frame.ToNode frame, long now) {
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
            later(this::beat, Timing.REANNOUNCE);
        }
    }

    /** A producer left. */
    public void bye(String from, long epoch) {
        ledger.bye(from, epoch);
    }

    private void later(Runnable action, long nanos) {
        context.timers().schedule(() -> context.loop().execute(action), nanos, TimeUnit.NANOSECONDS);
    }

    private void beat() {
        ledger.beat(context.clock().getAsLong());
        fluxes.beat();
        feeds.tend();
        workers.tend();
        watch.look(context.clock().getAsLong());
        beating = ledger.links() > 0 || watch.isNeeded() || workers.areAwaited();
        if (beating) {
            later(this::beat, Timing.REANNOUNCE);
        }
    }

    private void allStuck() {
        if (state == MemberState.ACTIVE) {
            LOG.error("Node {}: all its workers are STUCK. It drains: restart it.", context.member());
            drain();
            owner.announce();
        }
    }

    // ---- the ledger's host

    @Override
    public void send(Account account, Frame.ToProducer frame) {
        context.wire().control(account.producer(), frame);
    }

    @Override
    public void refuse(String producer, Frame.Nack nack) {
        context.wire().control(producer, nack);
    }

    @Override
    public @Nullable HeldTask accept(Account account, long seq, long id, Payload body) {
        if (body.length() > options.maxTask()) {
            return null;
        }
        NodeTask task = new NodeTask(ledger, account, seq, id, body, framedAt);
        workers.offer(task);
        accepted++;
        return task;
    }

    @Override
    public boolean withdraw(HeldTask held, boolean stop) {
        NodeTask task = (NodeTask) held;
        if (task.withdraw()) {
            workers.remove(task);
            return true;
        }
        if (stop) {
            task.stop();
        } else if (task.isFenced()) {
            task.abandon();
        }
        return false;
    }

    @Override
    public void itemsAsked(HeldTask task) {
        ((NodeTask) task).asked();
    }

    @Override
    public void answersReady(Account account) {
        resultFrames.ready(account);
    }

    @Override
    public void ended(Account account) {
        resultFrames.remove(account);
    }

    @Override
    public void grantSoon() {
        later(ledger::grantRises, CreditLedger.GRANT_PAUSE);
    }

    @Override
    public void worn() {
        whenWorn.run();
    }

    @Override
    public void unheard(String producer, int asked) {
        unheard.by(producer, asked);
    }

    // ---- work

    /** On a worker. */
    private void run(NodeTask task, WorkerLease lease) {
        Wire wire = context.wire();
        int maxResult = Math.min(wire.room(task.account().maxFrame()), wire.maxFrame()) - wire.entryBytes();
        run(task, maxResult, whenCompleted, lease);
    }

    /** Runs a sub-task that has no seq, in its parent's place, on the next free worker; {@code whenDone} runs on the executor. */
    public void runInPlace(NodeTask task, Runnable whenDone) {
        int maxResult =
                context.wire().room(context.wire().maxFrame()) - context.wire().entryBytes();
        workers.resume(lease -> {
            if (task.start()) {
                Consumer<NodeTask> done = ended -> {
                    watch.ended(ended);
                    context.loop().execute(whenDone);
                };
                run(task, maxResult, done, lease);
            } else {
                lease.release(); // its element ended meanwhile
            }
        });
    }

    private void run(NodeTask task, int maxResult, Consumer<NodeTask> whenDone, WorkerLease lease) {
        TaskRunner runner = new TaskRunner(task, services, functions, maxResult, whenDone);
        task.runBy(runner);
        watch.began(task);
        runner.start(lease);
    }

    /** On any thread. */
    private void completed(NodeTask task) {
        watch.ended(task);
        completed.offer(task);
        if (!noted.get() && noted.compareAndSet(false, true)) {
            context.loop().execute(takeCompleted);
        }
    }

    private void takeCompleted() {
        noted.set(false);
        NodeTask task;
        while ((task = completed.poll()) != null) {
            count(task);
            ended += state == MemberState.DRAINING ? 1 : 0;
            task.ledger.finished(task, task.status, task.payload);
        }
        ledger.deal();
    }

    /** Counts an outcome. */
    public void count(NodeTask task) {
        tally.count(task.status);
    }

    /** Runs whenever the executor has nothing else to do: wakes workers, sends answers. */
    public void settle() {
        if (accepted > 0) {
            workers.wake(accepted);
            accepted = 0;
        }
        resultFrames.settle();
        itemFrames.settle();
    }

    // ---- life

    public Frame.Status status(MemberState announced) {
        return status(announced, functions);
    }

    private Frame.Status status(MemberState announced, Functions offered) {
        return new Frame.Status(
                context.member(),
                bootEpoch,
                announced,
                options.queue(),
                options.workers(),
                (int) ledger.free(),
                context.wire().maxFrame(),
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
    public void offer(String module, String version, TaskRegistry tasks, Predicate<Frame.Status> fits) {
        Functions newer = functions.with(module, version, tasks.all());
        if (!fits.test(status(state, newer))) {
            throw new IllegalArgumentException("a node with the tasks of " + module + " is too large to be announced");
        }
        functions = newer;
        feeds.offered();
    }

    public MemberState state() {
        return state;
    }

    /** This name had a later life than this one knew of: all links begin anew, above its epoch. */
    public void restart(long newBootEpoch) {
        ledger.fenceAll();
        fluxes.stop();
        feeds.restart();
        bootEpoch = newBootEpoch;
        ledger = newLedger();
        if (state == MemberState.DRAINING) {
            ledger.drain();
        }
        resultFrames.clear();
    }

    public void drain() {
        state = MemberState.DRAINING;
        feeds.close();
        ledger.drain();
    }

    /** Does not wait any longer for what runs, and says what became of tasks. */
    public DrainReport abort() {
        DrainReport report = drainReport();
        ledger.abort();
        return report;
    }

    /** What became of tasks since it drains. */
    public DrainReport drainReport() {
        return new DrainReport(ended, ledger.handedBack(), ledger.held());
    }

    public void close() {
        state = MemberState.GONE;
        ledger.abort();
        fluxes.stop();
        feeds.close();
        feeds.stop();
        workers.dispose();
    }

    public NodeStats stats() {
        long now = context.clock().getAsLong();
        int frameLimit = context.wire().frameLimit(ledger.frameLimit(now), now);
        return tally.stats(ledger, workers, subTasks, frameLimit, feeds.stats());
    }
}
