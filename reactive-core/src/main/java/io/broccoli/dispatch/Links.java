package io.broccoli.dispatch;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.cluster.ClusterStats;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import io.broccoli.credit.CreditLink;
import io.broccoli.credit.Timing;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.route.Route;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The links of a member to all nodes that it knows: which there are, what is wanted of each, and what is sent to it. Belongs to
 * the member's serial executor.
 */
final class Links {

    /** Nodes that a member knows, those that left a short while ago included; what comes beside them is left out. */
    static final int MOST_NODES = 4_096;

    private static final int ID_BITS = 40; // seqs of one link; what is above tells the links of this member apart

    private final Dispatcher dispatcher;
    private final Wire wire;
    private final String member;
    private final int maxBatch;
    private final int weight;
    private final Runnable hello;
    private final Consumer<NodeInfo> changed;
    private final Errands errands;
    private final Wants wants;
    private final Map<String, Link> links = new TreeMap<>();
    private final Set<Link> live = new LinkedHashSet<>(); // those with credit, wants or work: all others are left alone
    private final Set<Link> stalled = new LinkedHashSet<>(); // some may be so no more
    private long epoch;
    private long opened;
    private long idsInPlace; // the last one given to what runs in its parent's place
    private int topology;

    Links(
            Dispatcher dispatcher,
            Wire wire,
            ClusterOptions options,
            long epoch,
            Runnable hello,
            Consumer<NodeInfo> changed) {
        this.dispatcher = dispatcher;
        this.wire = wire;
        this.member = options.member();
        this.weight = options.weight();
        this.epoch = epoch;
        this.maxBatch = options.maxBatch();
        this.hello = hello;
        this.changed = changed;
        int offset = member.hashCode() >>> 1;
        this.wants = new Wants(offset, this::refresh, this::lookAfter);
        this.errands = new Errands(dispatcher, this, wire, epoch + offset);
    }

    // ---- who is there

    /** Whether this node is known, or one more may be. */
    boolean hasRoom(String name) {
        return links.containsKey(name) || links.size() < MOST_NODES || forget(dispatcher.clock());
    }

    private boolean forget(long now) {
        return links.values().removeIf(link -> link.isForgotten(now));
    }

    /** @return the node as this member takes it: stalled, where it does not answer */
    NodeInfo nodeChanged(NodeInfo node, int features) {
        Link link = links.get(node.name());
        if (link == null) {
            link = new Link(node, new CreditLink<>(epoch, ++opened << ID_BITS, errands));
            link.credit.weight(weight);
            links.put(node.name(), link);
        }
        link.update(node, features);
        topology++;
        dispatcher.topologyChanged();
        return link.node();
    }

    void nodeGone(String name) {
        long now = dispatcher.clock();
        forget(now);
        Link link = links.get(name);
        if (link != null && link.node().state() != NodeState.GONE) {
            rest(link);
            topology++;
            link.gone(now);
            dispatcher.topologyChanged();
        }
    }

    private void stalled(Link link, long now) {
        link.stall();
        stalled.add(link);
        changed.accept(link.node());
        topology++;
        dispatcher.topologyChanged();
        dispatcher.wakeAt(now); // this happens at the end of a settling: what waits for it waits for others now
    }

    private void answered(Link link) {
        link.recover();
        changed.accept(link.node());
        topology++;
        dispatcher.topologyChanged();
    }

    /** This member begins a new life. */
    void restart(long newEpoch) {
        epoch = newEpoch;
        links.values().forEach(link -> link.credit.restart(newEpoch));
        dispatcher.changed();
    }

    /** The connection is back: what is asked is asked again at once. */
    void connected() {
        live.forEach(link -> link.credit.askSoon());
        dispatcher.changed();
    }

    void refresh(Lane lane) {
        lane.refresh(links.values(), topology);
    }

    /** A key becomes the node that it belongs to now: the one with the highest hash of both (rendezvous hashing). */
    Route resolve(Route route) {
        if (!(route instanceof Route.Key key)) {
            return route;
        }
        String best = "";
        long highest = Long.MIN_VALUE;
        for (Link link : links.values()) {
            long hash = mix(key.hash() ^ mix(link.name().hashCode()));
            if (link.isActive() && (best.isEmpty() || hash > highest)) {
                best = link.name();
                highest = hash;
            }
        }
        return new Route.ToNode(best);
    }

    /** The finalizer of MurmurHash3. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    boolean together(Route route, List<String> tasks) {
        boolean any = false;
        Route resolved = resolve(route);
        for (Link link : links.values()) {
            if (link.isActive() && Lane.admits(resolved, link)) {
                if (link.offers(tasks)) {
                    return true;
                }
                any = true;
            }
        }
        return !any;
    }

    boolean anyAdmitted(Route route) {
        return links.values().stream().anyMatch(link -> link.isActive() && Lane.admits(route, link));
    }

    String missing(Lane lane) {
        Set<String> offered = offered(lane.route);
        List<String> missing = lane.tasks.stream()
                .filter(task -> !offered.contains(task))
                .distinct()
                .toList();
        return missing.isEmpty() ? "all of " + lane.tasks + " together" : String.join(", ", missing);
    }

    Set<String> offered(Route route) {
        Set<String> offered = new TreeSet<>();
        for (Link link : links.values()) {
            if (link.isActive() && Lane.admits(route, link)) {
                link.node().functions().forEach(function -> offered.add(function.name()));
            }
        }
        return offered;
    }

    /** This member leaves: nodes that keep credit or tasks for it need not wait for its silence. */
    void bye(long memberEpoch) {
        Frame.Bye bye = new Frame.Bye(Math.max(epoch, memberEpoch));
        for (Link link : live) {
            wire.control(link.name(), bye);
        }
    }

    // ---- errands

    Errands errands() {
        return errands;
    }

    /** Called for each errand: a flag is cheaper than the set. */
    private void lookAfter(Link link) {
        if (!link.live) {
            link.live = true;
            live.add(link);
        }
    }

    private void rest(Link link) {
        link.live = false;
        live.remove(link);
    }

    long usable() {
        long usable = 0;
        for (Link link : live) {
            usable += link.usable();
        }
        return usable;
    }

    /** Sends an errand by a link that has credit, unless it cannot be sent at all. */
    void launch(Errand errand, Link link, long now) {
        if (errands.launch(errand, link, now)) {
            wants.used();
            lookAfter(link);
        }
    }

    void voidErrand(Errand errand) {
        InPlace inPlace = errand.inPlace;
        if (inPlace != null) {
            errand.inPlace = null;
            errand.link = null;
            inPlace.drop();
        } else if (errand.link != null) {
            errand.link.credit.voidSeq(errand.seq);
            lookAfter(errand.link);
            errand.link = null;
        }
    }

    // ---- in place

    /** This member as a node; null if it is none, or did not announce itself yet. */
    @Nullable Link own() {
        return links.get(member);
    }

    /** @return null if it cannot be written, and has ended */
    @Nullable Payload bodyInPlace(Errand errand, Link own) {
        if (errand.id == 0) {
            if (idsInPlace == 0) {
                idsInPlace = ++opened << ID_BITS;
            }
            errand.id = ++idsInPlace;
        }
        errand.sentAt = dispatcher.now();
        return errands.body(errand, own, errand.sentAt);
    }

    /** What ran in place is done; that of an element that ended counts no more. */
    void outcome(InPlace job) {
        Errand errand = job.errand;
        if (errand.inPlace == job) {
            errand.inPlace = null;
            errands.outcome(errand, job.status, job.payload);
        }
    }

    /** A node does not know a number that its STATUS names: that is not what it was, and a newer one is asked for. */
    void suspend(Link link) {
        link.suspend();
        topology++;
        hello.run();
    }

    // ---- frames in

    void frame(String from, Frame.ToProducer frame, long now) {
        Link link = links.get(from);
        if (link == null) {
            return; // a node whose STATUS did not come yet: it will be asked then
        }
        lookAfter(link);
        link.heard(now);
        if (link.isStalled()) {
            answered(link);
        }
        if (frame instanceof Frame.Results results) {
            link.credit.results(results, now);
        } else if (frame instanceof Frame.Grant grant) {
            link.credit.grant(grant, now);
        } else if (frame instanceof Frame.Items items) {
            link.credit.items(items, now);
        } else if (frame instanceof Frame.Nack nack) {
            long newer = link.credit.staleProducer(nack);
            if (newer > epoch && newer <= Timing.MOST_EPOCH) {
                restart(newer);
            }
        }
        dispatcher.changed();
    }

    // ---- balance

    /** Once in a re-announce. */
    void tick() {
        wants.tick();
        live.forEach(link -> link.credit.tick());
    }

    boolean areBusy() {
        return !live.isEmpty();
    }

    /** Tells the nodes what is wanted, and sends what is to be sent. */
    void settle(Collection<DispatchStream<?, ?>> streams, long now) {
        if (wants.workOut(streams, links.values(), live, now) && !stalled.isEmpty()) {
            askStalled();
        }
        for (Link link : List.copyOf(live)) {
            link.credit.want(link.wanted);
            link.wanted = 0;
            for (Frame.Cancel cancel = link.credit.cancel(); cancel != null; cancel = link.credit.cancel()) {
                wire.control(link.name(), cancel);
            }
            flush(link);
            if (link.credit.isBusy()) {
                if (now >= link.credit.nextKeep()) {
                    link.credit.keep(now, wire.maxFrame(), Frame.COLUMNS, frame -> wire.control(link.name(), frame));
                }
                if (link.isActive() && link.isMute(now)) {
                    stalled(link, now);
                }
                dispatcher.wakeAt(link.credit.nextKeep());
            } else if (link.usable() <= 0) {
                rest(link);
            }
        }
    }

    /** No lane wants anything of them, but only their answer tells that they take tasks again. */
    private void askStalled() {
        stalled.removeIf(link -> !link.isStalled());
        for (Link link : stalled) {
            link.wanted = Math.max(1, link.wanted);
            lookAfter(link);
        }
    }

    /** Sends tasks, one frame at a time: what gathers while it is under way goes out in the next. */
    private void flush(Link link) {
        long now = dispatcher.clock();
        if (!link.credit.hasTasks() || link.isSending(now)) {
            return;
        }
        Frame.Tasks tasks = link.credit.tasks(
                now, maxBatch, wire.entryBytes(), wire.room(link.node().maxFrame()));
        if (tasks != null) {
            link.sending(now);
            wire.send(link.name(), tasks, link.features(), () -> {
                link.sent();
                flush(link);
            });
        }
    }

    // ---- figures

    long launched() {
        return errands.launched();
    }

    long resent() {
        return links.values().stream().mapToLong(link -> link.credit.resent()).sum();
    }

    long late() {
        return links.values().stream().mapToLong(link -> link.credit.late()).sum();
    }

    int inFlight() {
        return links.values().stream().mapToInt(link -> link.credit.inFlight()).sum();
    }

    List<ClusterStats.LinkStats> stats() {
        List<ClusterStats.LinkStats> stats = new ArrayList<>();
        for (Link link : links.values()) {
            stats.add(new ClusterStats.LinkStats(
                    link.name(),
                    Math.max(0, link.usable()),
                    link.credit.want(),
                    link.credit.inFlight(),
                    link.credit.smoothedRoundTrip()));
        }
        return stats;
    }
}
