package io.broccoli.internal.producer;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.DispatchOptions;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.Plan;
import io.broccoli.cluster.StreamInfo;
import io.broccoli.cluster.TaskInFlight;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.base.Directory;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.credit.Timing;
import io.broccoli.task.FailureKind;
import io.broccoli.task.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/**
 * A member as a producer: its streams take turns on its links. Signals and frames only change state; then {@link #settle}
 * brings everything into balance once: begin what arrived, emit what ended, launch what has credit, pull what has room, tell
 * the nodes what is wanted. Belongs to the member's serial executor.
 */
public final class Dispatcher implements DispatchStream.Host {

    /** How long work may wait while nodes are there that do not offer its task: one that does may be joining. */
    static final long UNKNOWN_TASK_GRACE = TimeUnit.SECONDS.toNanos(1);

    private static final DispatchStream<?, ?>[] NONE = {};

    private final MemberContext context;
    private final Agenda agenda;
    private final Topology topology;
    private final Endings endings;
    private final Reasons reasons;
    private final Launches launches;
    private final Links links;
    private final OwnNode ownNode;
    private final Services services;

    private final List<DispatchStream<?, ?>> streams = new ArrayList<>(); // in the order of their priority
    private final Turns turns;
    private final Wants wants;
    private final Probes probes;
    private boolean closed;
    private long sourceWaits;
    private long nextTick;

    /**
     * @param directory knows who is there
     * @param hello asks all others to announce themselves
     */
    public Dispatcher(MemberContext context, ClusterOptions options, long epoch, Directory directory, Runnable hello) {
        int offset = options.member().hashCode() >>> 1;
        Notes notes = new Notes();
        MemberLife life = new MemberLife(epoch);
        LiveLinks live = new LiveLinks();
        this.context = context;
        this.agenda = new Agenda(context, this::wake);
        this.topology = new Topology(
                node -> {
                    Link link = new Link(node, life, notes, live, this::answered);
                    link.credit.weight(options.weight());
                    return link;
                },
                directory::changed,
                this::topologyChanged);
        this.endings = new Endings(context, agenda, notes, link -> refresh(link, hello), epoch + offset);
        this.reasons = new Reasons(topology, directory, context.wire());
        this.launches = new Launches(context, endings);
        this.links = new Links(context, agenda, life, live, topology, endings);
        this.ownNode = new OwnNode(topology, agenda, life, launches, notes, endings);
        this.services = new Services(context, agenda, topology, launches, endings, reasons);
        this.turns = new Turns(streams, agenda, topology, live, launches);
        this.wants = new Wants(offset, topology, live, launches);
        this.probes = new Probes(context, agenda, topology, live, directory);
        this.nextTick = Deadline.after(agenda.now(), Timing.REANNOUNCE);
    }

    private void answered(String node, long nanos) {
        probes.answered(node, nanos);
    }

    private void refresh(Link link, Runnable hello) {
        topology.numbersAreStale(link);
        hello.run();
    }

    // ---- from any thread

    public <I, R> Flux<TaskOutcome<R>> dispatch(
            Publisher<? extends I> source, Plan<I, R> plan, DispatchOptions options) {
        return FluxDispatch.of(this, source, plan, options, null);
    }

    /** A stream of its own for one subscriber. */
    <I, R> DispatchStream<I, R> stream(
            Plan<I, R> plan,
            DispatchOptions options,
            CoreSubscriber<? super TaskOutcome<R>> actual,
            @Nullable Parent parent,
            boolean eager) {
        return new DispatchStream<>(services, this, plan, options, actual, parent, eager);
    }

    public void execute(Runnable task) {
        context.loop().execute(task);
    }

    /** The shortest way to a node and back lately, in milliseconds, rounded up; 0 if it is not known. */
    long wayMillis(String node) {
        Link link = topology.get(node);
        return link == null ? 0 : (link.wayNanos() + 999_999) / 1_000_000;
    }

    MemberContext context() {
        return context;
    }

    // ---- streams

    @Override
    public void begins(DispatchStream<?, ?> stream) {
        if (closed) {
            stream.close(Outcomes.CLOSED);
            return;
        }
        turns.enter(stream);
        Parent parent = stream.parent();
        if (parent != null) {
            parent.began(stream);
        }
        if (streams.size() == 1) {
            tickFrom(agenda.clock());
        }
        agenda.changed();
    }

    @Override
    public void ends(DispatchStream<?, ?> stream) {
        streams.remove(stream);
        Parent parent = stream.parent();
        if (parent != null) {
            parent.ended(stream);
        }
        agenda.changed();
    }

    @Override
    public void sourceWaits() {
        sourceWaits++;
    }

    public void close() {
        closed = true;
        List.copyOf(streams).forEach(stream -> stream.close(Outcomes.CLOSED));
        settle();
    }

    // ---- balance

    /** Runs whenever the executor has nothing else to do. */
    public void settle() {
        if (!agenda.takeChange()) {
            return;
        }
        long now = agenda.look();
        beginAndEmit();
        turns.launch(now);
        turns.pull();
        beginAndEmit();
        turns.launch(now);
        for (int i = 0; i < streams.size(); i++) {
            agenda.wakeAt(streams.get(i).hedge(now));
        }
        boolean somethingWaits = wants.workOut(streams, now);
        probes.want();
        links.settle(somethingWaits, wants.looksAhead(), now);
    }

    private void beginAndEmit() {
        // A stream may end, and others may begin, while its subscriber is called.
        for (DispatchStream<?, ?> stream : streams.toArray(NONE)) {
            stream.accept();
            stream.emit();
        }
    }

    // ---- time

    private void tickFrom(long now) {
        nextTick = Deadline.after(now, Timing.REANNOUNCE);
        agenda.wakeAt(nextTick);
    }

    private void wake() {
        long now = agenda.awake();
        for (DispatchStream<?, ?> stream : streams.toArray(NONE)) {
            agenda.wakeAt(stream.wake(now));
        }
        if (Deadline.isOver(nextTick, now)) {
            nextTick = Deadline.after(now, Timing.REANNOUNCE);
            wants.tick();
            links.tick();
            failUnknown(now);
            failExhausted(now);
            for (DispatchStream<?, ?> stream : streams.toArray(NONE)) {
                stream.makeRoom();
            }
        }
        if (!streams.isEmpty() || links.areBusy()) {
            agenda.wakeAt(nextTick);
        }
        agenda.changed();
    }

    private void failUnknown(long now) {
        for (DispatchStream<?, ?> stream : streams.toArray(NONE)) {
            for (Lane lane : List.copyOf(stream.backlog().lanes())) {
                topology.refresh(lane);
                boolean stuck = lane.stuckFor(now) >= UNKNOWN_TASK_GRACE && topology.anyAdmitted(lane.route);
                Parent parent = stream.parent();
                if (stuck && (parent == null || !parent.runsInPlace(lane))) {
                    String message = "No node that may be used offers " + topology.missing(lane) + "; they offer "
                            + topology.offered(lane.route);
                    failAll(lane, FailureKind.UNKNOWN_TASK, message);
                }
            }
        }
    }

    private void failExhausted(long now) {
        for (DispatchStream<?, ?> stream : streams.toArray(NONE)) {
            Parent parent = stream.parent();
            if (parent == null) {
                continue;
            }
            for (Lane lane : List.copyOf(stream.backlog().lanes())) {
                if (lane.starvedFor(now) >= parent.patience() && !parent.runsInPlace(lane)) {
                    String why = reasons.notSent(lane, stream.options().rate(), now);
                    failAll(lane, FailureKind.NESTING_EXHAUSTED, parent.exhausted(lane, why));
                }
            }
        }
    }

    private void failAll(Lane lane, FailureKind kind, String message) {
        for (Errand errand : lane.allOf(each -> true)) {
            if (errand.lane() == lane) { // not ended by what a plan made of the one before
                endings.end(errand, TaskOutcome.Failure.of(kind, message, errand.task()));
            }
        }
    }

    // ---- parts

    /** The traffic with the nodes. */
    public Links links() {
        return links;
    }

    /** How long nodes take to answer. */
    public Probes probes() {
        return probes;
    }

    /** This member's own node, for sub-tasks of its tasks. */
    public OwnNode ownNode() {
        return ownNode;
    }

    // ---- nodes

    /** Whether this node is known, or one more may be. */
    public boolean hasRoom(String name) {
        return topology.hasRoom(name, agenda.clock());
    }

    /** @return the node as this member takes it: stalled, where it does not answer */
    public NodeInfo announced(NodeInfo node, int features) {
        return topology.announced(node, features);
    }

    /** This member's own node. */
    public void announcedSelf(NodeInfo node, int features) {
        topology.announced(node, features);
        topology.isReal(node.name());
    }

    /** Of the nodes that never answered, the one that was announced the longest ago; null if all have answered. */
    public @Nullable String stranger() {
        return topology.stranger();
    }

    /** Forgets a {@link #stranger}. */
    public void forget(String stranger) {
        links.forget(stranger);
    }

    private void topologyChanged() {
        streams.forEach(DispatchStream::reroute);
        agenda.changed();
    }

    // ---- figures

    public long launched() {
        return launches.launched();
    }

    public long waits() {
        return sourceWaits;
    }

    public List<TaskInFlight> inFlight() {
        long now = agenda.look();
        List<TaskInFlight> found = new ArrayList<>();
        for (DispatchStream<?, ?> stream : streams) {
            stream.describe(found, now);
        }
        return List.copyOf(found);
    }

    /** What the streams are doing, those of the highest priority first. */
    public List<StreamInfo> streams() {
        long now = agenda.look();
        HeldBack heldBack = new HeldBack(topology, reasons);
        return streams.stream()
                .limit(StreamInfo.MOST)
                .map(stream -> stream.info(heldBack, now))
                .toList();
    }

    public long unread() {
        return streams.stream().mapToLong(DispatchStream::unread).sum();
    }

    public int pending() {
        return streams.stream().mapToInt(DispatchStream::pending).sum();
    }
}
