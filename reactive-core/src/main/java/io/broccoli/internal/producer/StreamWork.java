package io.broccoli.internal.producer;

import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.Plan;
import io.broccoli.frame.Payload;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.boundary.Choices;
import io.broccoli.internal.boundary.ForeignFailure;
import io.broccoli.internal.credit.ItemSink;
import io.broccoli.route.Route;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The work of one stream's elements: what of it waits, how long it may take, and what it gives. */
final class StreamWork implements ElementRun.Owner {

    private final Services services;
    private final MemberContext context;
    private final Agenda agenda;
    private final DispatchOptions options;
    private final Emitter<?> emitter;
    private final boolean endless;
    private final int depth;
    private final Type resultType;
    private final @Nullable ForeignFailure typeless; // why it is not known what its results are read as
    private final Backlog backlog;
    private final Lifetimes lifetimes;
    private final @Nullable Stragglers stragglers;

    /**
     * @param depth how many tasks its tasks are nested in
     * @param endless whether tasks do not end, as those of feeds
     */
    StreamWork(
            Services services,
            Plan<?, ?> plan,
            DispatchOptions options,
            Emitter<?> emitter,
            int depth,
            boolean endless) {
        this.services = services;
        this.context = services.context();
        this.agenda = services.agenda();
        this.options = options;
        this.emitter = emitter;
        this.depth = depth;
        this.endless = endless;
        Type type = Object.class;
        ForeignFailure why = null;
        try {
            type = choices().resultType(plan);
        } catch (ForeignFailure failed) {
            why = failed;
        }
        this.resultType = type;
        this.typeless = why;
        this.backlog = new Backlog(agenda, services.topology()::resolve);
        this.lifetimes = new Lifetimes(options);
        this.stragglers = options.hedging() == null
                ? null
                : new Stragglers(options.hedging(), services.topology(), services.launches(), backlog::laneOf);
    }

    Backlog backlog() {
        return backlog;
    }

    // ---- time

    /** An element is there: its time begins. */
    void begin(ElementRun run) {
        lifetimes.begin(run, agenda.now());
        agenda.wakeAt(lifetimes.endOf(run));
        emitter.elements().append(run);
    }

    /** Until when the next value of an element must come. */
    long itemDeadline() {
        return lifetimes.deadline(agenda.now());
    }

    /** Wakes what sleeps, and ends elements whose time is over; returns when to look again. */
    long wake(long now) {
        return Deadline.earlier(backlog.wake(now), lifetimes.end(emitter.elements(), now, this::fail));
    }

    private void fail(ElementRun run, boolean expired) {
        TaskOutcome.Failure<?> why = expired ? expired() : services.reasons().timedOut(run, options, agenda.now());
        run.fail(services.endings().told(run.errands, why));
    }

    @Override
    public TaskOutcome.Failure<Object> expired() {
        String message = "No node had begun it " + options.expiry().toMillis() + " ms after it was taken";
        return TaskOutcome.Failure.of(FailureKind.EXPIRED, message, "");
    }

    @Override
    public long now() {
        return agenda.now();
    }

    /** Copies late tasks to where there is room to spare; returns when to look again. */
    long hedge(long now) {
        return stragglers == null || backlog.pending() > 0
                ? Deadline.NEVER
                : stragglers.hedge(emitter.elements().oldest(), now);
    }

    /** Late tasks that no node has room for. */
    int late() {
        return stragglers == null ? 0 : stragglers.late();
    }

    // ---- errands

    @Override
    public void submitted(Errand errand) {
        long delay = errand.continues ? 0 : lifetimes.delay();
        if (delay > 0) {
            backlog.sleep(errand, delay);
        } else {
            backlog.enter(errand);
        }
    }

    @Override
    public void again(Errand errand) {
        backlog.enter(errand);
    }

    @Override
    public void lastOfAll(Errand errand) {
        backlog.enterLast(errand);
    }

    @Override
    public void sleep(Errand errand, long pause) {
        backlog.sleep(errand, pause);
    }

    @Override
    public void sent(Errand errand) {
        errand.run.sent = true;
        if (stragglers != null) {
            stragglers.sent();
        }
        if (options.rate() != null) {
            options.rate().take(agenda.now());
        }
    }

    @Override
    public void succeeded(Errand errand) {
        if (stragglers != null) {
            stragglers.ended(agenda.clock() - errand.sentAt);
        }
    }

    @Override
    public void over(Errand errand) {
        backlog.over(errand);
    }

    // ---- elements

    @Override
    public void ended(ElementRun run, TaskOutcome<?> how) {
        emitter.ended(run, how);
        run.withdraw();
        backlog.ended(run);
        agenda.changed();
    }

    @Override
    public void arrived(ElementRun run) {
        emitter.hasMore(run);
        agenda.changed();
    }

    @Override
    public void discard(List<TaskOutcome<?>> unwanted) {
        emitter.discard(unwanted);
    }

    // ---- what plans ask

    @Override
    public boolean isOnExecutor() {
        return context.loop().isMine();
    }

    @Override
    public void later(Runnable wish) {
        context.loop().execute(wish);
    }

    @Override
    public DispatchOptions options() {
        return options;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public boolean together(Route route, List<String> tasks) {
        return services.topology().together(route, tasks);
    }

    @Override
    public int largestTask(Route route, String task) {
        return services.topology()
                .offering(route, List.of(task))
                .mapToInt(services.launches()::largest)
                .max()
                .orElse(Integer.MAX_VALUE);
    }

    @Override
    public ItemSink newSink() {
        return new ItemSink(options.items(), endless);
    }

    @Override
    public Choices choices() {
        return context.boundary().choices();
    }

    @Override
    public Payload encode(@Nullable Object value) {
        return context.boundary().values().encodeOrThrow(value);
    }

    @Override
    public TaskOutcome<?> decode(Payload value) {
        if (typeless != null) {
            return typeless.failure("");
        }
        try {
            return new TaskOutcome.Success<>(context.boundary().values().decode(value, resultType));
        } catch (ForeignFailure failed) {
            return failed.failure("");
        }
    }
}
