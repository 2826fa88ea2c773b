package io.broccoli.internal.producer;

import io.broccoli.cluster.ClusterStats;
import io.broccoli.frame.Frame;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.base.MemberContext;
import io.broccoli.internal.base.Wire;
import io.broccoli.internal.credit.Timing;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The traffic with all nodes: what is sent to each, and what comes from it. Belongs to the member's serial executor. */
public final class Links {

    private final MemberContext context;
    private final Agenda agenda;
    private final MemberLife life;
    private final LiveLinks live;
    private final Topology topology;
    private final Endings endings;
    private final Wire wire;
    private final Set<Link> stalled = new LinkedHashSet<>(); // some may be so no more

    Links(MemberContext context, Agenda agenda, MemberLife life, LiveLinks live, Topology topology, Endings endings) {
        this.context = context;
        this.agenda = agenda;
        this.life = life;
        this.live = live;
        this.topology = topology;
        this.endings = endings;
        this.wire = context.wire();
    }

    // ---- what is heard

    public void frame(String from, Frame.ToProducer frame, long now) {
        Link link = topology.get(from);
        if (link == null) {
            return; // a node whose STATUS did not come yet: it will be asked then
        }
        live.accept(link);
        topology.heard(link, now);
        if (frame instanceof Frame.Results results) {
            link.results(results, now);
        } else if (frame instanceof Frame.Grant grant) {
            link.credit.grant(grant, now);
        } else if (frame instanceof Frame.Items items) {
            link.credit.items(items, now);
        } else if (frame instanceof Frame.Nack nack) {
            long newer = link.credit.staleProducer(nack);
            if (newer > life.epoch() && newer <= Timing.MOST_EPOCH) {
                restart(newer);
            }
        }
        endings.hear();
        agenda.changed();
    }

    public void gone(String name) {
        Link link = topology.gone(name, agenda.clock());
        if (link != null) {
            live.rest(link);
            endings.hear();
            agenda.changed();
        }
    }

    /** A node that never answered is taken for none. */
    void forget(String stranger) {
        Link link = topology.forget(stranger, agenda.clock());
        if (link != null) {
            live.rest(link);
            agenda.changed();
        }
    }

    /** This member begins a new life. */
    public void restart(long newEpoch) {
        life.restart(newEpoch);
        topology.links().forEach(link -> link.credit.restart(newEpoch));
        endings.hear();
        agenda.changed();
    }

    /** The connection is back: what is asked is asked again at once. */
    public void connected() {
        live.all().forEach(link -> link.credit.askSoon());
        agenda.changed();
    }

    // ---- what is told

    /** This member leaves: nodes that keep credit or tasks for it need not wait for its silence. */
    public void bye(long memberEpoch) {
        Frame.Bye bye = new Frame.Bye(Math.max(life.epoch(), memberEpoch));
        for (Link link : live.all()) {
            wire.control(link.name(), bye);
        }
    }

    /** Once in a re-announce. */
    void tick() {
        live.all().forEach(Link::tick);
    }

    boolean areBusy() {
        return !live.isEmpty();
    }

    /**
     * Tells the nodes what is wanted, and sends what is to be sent.
     *
     * @param somethingWaits for credit
     * @param looksAhead whether a stream may have more elements
     */
    void settle(boolean somethingWaits, boolean looksAhead, long now) {
        if (somethingWaits && !stalled.isEmpty()) {
            askStalled();
        }
        for (Link link : live.all()) {
            link.want(looksAhead, now);
            for (Frame.Cancel cancel = link.credit.cancel(); cancel != null; cancel = link.credit.cancel()) {
                wire.control(link.name(), cancel);
            }
            flush(link);
            if (link.credit.isBusy()) {
                keep(link, now);
            } else if (link.usable() <= 0) {
                live.rest(link);
            }
        }
        endings.hear();
    }

    /** Asks again what is not answered; a node that does not answer at all is passed over until it does. */
    private void keep(Link link, long now) {
        if (Deadline.isOver(link.credit.nextKeep(now), now)) {
            link.credit.keep(now, wire.maxFrame(), Frame.COLUMNS, frame -> {
                link.asks(now);
                wire.control(link.name(), frame);
            });
        }
        if (link.isActive() && link.isMute(now)) {
            stalled.add(link);
            topology.stalls(link);
            agenda.wakeAt(now); // this happens at the end of a settling: what waits for it waits for others now
        }
        agenda.wakeAt(link.credit.nextKeep(now));
    }

    /** No lane wants anything of them, but only their answer tells that they take tasks again. */
    private void askStalled() {
        stalled.removeIf(link -> !link.isStalled());
        for (Link link : stalled) {
            link.wanted = Math.max(1, link.wanted);
            link.awaited = true;
            live.accept(link);
        }
    }

    /** Sends tasks, one frame at a time: what gathers while it is under way goes out in the next. */
    private void flush(Link link) {
        long now = agenda.clock();
        if (!link.credit.hasTasks() || link.isSending(now)) {
            return;
        }
        Frame.Tasks tasks = link.credit.tasks(
                now,
                context.maxBatch(),
                wire.entryBytes(),
                wire.fill(link.name(), link.node().maxFrame(), link.credit.limitOfFrames(), now));
        if (tasks != null) {
            link.sending(now);
            link.asks(now);
            wire.send(link.name(), tasks, link.features(), () -> {
                link.sent();
                flush(link);
            });
        }
    }

    // ---- figures

    public long resent() {
        return topology.links().stream().mapToLong(link -> link.credit.resent()).sum();
    }

    public long late() {
        return topology.links().stream().mapToLong(link -> link.credit.late()).sum();
    }

    public int inFlight() {
        return topology.links().stream()
                .mapToInt(link -> link.credit.inFlight())
                .sum();
    }

    public List<ClusterStats.LinkStats> stats() {
        long now = context.clock().getAsLong();
        List<ClusterStats.LinkStats> stats = new ArrayList<>();
        for (Link link : topology.links()) {
            stats.add(new ClusterStats.LinkStats(
                    link.name(),
                    Math.max(0, link.usable()),
                    link.credit.want(),
                    link.credit.inFlight(),
                    link.credit.smoothedRoundTrip(),
                    wire.frameLimit(link.frameLimit(now), now)));
        }
        return stats;
    }
}
