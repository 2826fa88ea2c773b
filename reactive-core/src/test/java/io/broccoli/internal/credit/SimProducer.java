package io.broccoli.internal.credit;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Frame.MemberState;
import io.broccoli.frame.Frame.ResultStatus;
import io.broccoli.frame.Payload;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.credit.SimElement.Copy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A producer: real links, and the least of a dispatcher that its streams need. */
final class SimProducer extends Member implements LinkEvents<Copy> {

    private static final long PUBLISH = 4 * World.MILLI;
    private static final int ID_BITS = 40;
    private static final int FIRST_LOOK_AHEAD = 2;
    private static final int MOST_LOOK_AHEAD = 64;

    final List<SimStream> streams = new ArrayList<>();
    final Map<Long, SimElement> ids = new HashMap<>(); // whose they are
    long epoch;
    private final Map<String, SimLink> links = new LinkedHashMap<>();
    private final List<SimElement> pending = new ArrayList<>(); // in the order of their sources
    private long opened;
    private int lookAhead;
    private int used; // credit, since the last tick
    private long grownAt;
    private int turn;
    private boolean pumping;
    private boolean again;
    private long wakeAt = Long.MAX_VALUE;
    private final boolean patient; // keeps its credit for a while when nothing waits for it

    SimProducer(World world, String name, List<SimNode> nodes) {
        this(world, name, nodes, 1);
    }

    SimProducer(World world, String name, List<SimNode> nodes, long epoch) {
        super(world, name);
        this.epoch = epoch;
        nodes.forEach(node -> links.put(node.name, open(node.name)));
        patient = world.random.nextBoolean();
        world.producers.add(this);
        timer((long) ((0.01 + 0.1 * world.random.nextDouble()) * World.SECOND), this::tick);
    }

    private SimLink open(String node) {
        CreditLink<Copy> credit = new CreditLink<>(epoch, IdBlocks.above(++opened << ID_BITS), this);
        credit.mostRanges(world.limits.ranges);
        return new SimLink(node, credit);
    }

    /** Somebody who is no node. */
    SimProducer alsoAsks(String other) {
        links.put(other, open(other));
        return this;
    }

    void die() {
        world.trace(name + " DIES");
        alive = false;
    }

    boolean isOver() {
        for (SimStream stream : streams) {
            if (!stream.isOver()) {
                return false;
            }
        }
        return true;
    }

    // ---- what waits

    void await(SimElement element) {
        int place = Collections.binarySearch(pending, element);
        pending.add(-1 - place, element);
        again = true;
    }

    void forget(SimStream stream) {
        pending.removeIf(element -> element.stream == stream);
    }

    // ---- frames in

    @Override
    void receive(String from, Frame frame) {
        SimLink link = links.get(from);
        if (frame instanceof Frame.Status status) {
            status(from, link, status);
        } else if (link == null) {
            return;
        } else if (frame instanceof Frame.Grant grant) {
            link.credit.grant(grant, world.clock());
        } else if (frame instanceof Frame.Results results) {
            link.credit.results(results, world.clock());
            if (link.credit.isDraining() && link.drainingBoot == 0) {
                link.drainingBoot = Timing.bootEpochOf(link.credit.epoch());
            }
        } else if (frame instanceof Frame.Nack nack) {
            refused(link, nack);
        }
        pump();
    }

    private void status(String from, @Nullable SimLink known, Frame.Status status) {
        SimLink link = known;
        if (link != null && link.gone && world.now - link.goneSince > 2 * Timing.LEASE) {
            link = open(from); // the node has forgotten the old one for sure
            links.put(from, link);
        }
        if (link == null) {
            return;
        }
        if (status.state() == MemberState.GONE) {
            if (!link.gone) {
                link.gone = true;
                link.goneSince = world.now;
                link.credit.gone();
            }
            return;
        }
        link.gone = false;
        if (status.state() == MemberState.DRAINING && status.bootEpoch() >= link.drainingBoot) {
            link.drainingBoot = status.bootEpoch();
        } else if (status.bootEpoch() > link.drainingBoot) {
            link.drainingBoot = 0;
        }
        link.credit.draining(link.drainingBoot != 0);
    }

    private void refused(SimLink link, Frame.Nack nack) {
        if (nack.reason() == Frame.Refusal.NO_CREDIT
                && nack.linkEpoch() == link.credit.epoch()
                && world.members.get(link.node) instanceof SimNode) {
            throw new Broken("I5 a cooperative producer was refused:", nack, "for", name);
        }
        long newer = link.credit.staleProducer(nack);
        if (newer > epoch) {
            epoch = newer;
            links.values().forEach(each -> each.credit.restart(newer));
        }
    }

    @Override
    public void outcome(Copy copy, ResultStatus status, Payload payload) {
        copy.element.outcome(copy, status, payload);
    }

    @Override
    public void lost(Copy copy, boolean mayHaveStarted) {
        copy.element.lost(copy, mayHaveStarted);
        again = true;
    }

    // ---- balance

    /** Uses credit, asks the sources, tells the nodes. */
    void pump() {
        if (pumping) {
            again = true;
            return;
        }
        pumping = true;
        do {
            again = false;
            launch();
            pull();
            launch();
            want();
            again = false;
            for (SimLink link : links.values()) {
                settle(link);
            }
        } while (again); // a link was given up
        pumping = false;
        wake();
    }

    private void launch() {
        int left = 0;
        while (left < pending.size()) {
            SimLink best = mostUsable(null);
            if (best == null) {
                return;
            }
            launch(pending.remove(0), best);
        }
    }

    private @Nullable SimLink mostUsable(@Nullable SimLink other) {
        SimLink best = null;
        for (SimLink link : links.values()) {
            if (link != other && link.usable() > (best == null ? 0 : best.usable())) {
                best = link;
            }
        }
        return best;
    }

    private void launch(SimElement element, SimLink link) {
        Copy copy = new Copy(element, link, world.now);
        element.copies.add(copy);
        element.state = SimElement.State.IN_FLIGHT;
        copy.seq = link.credit.launch(copy, element.body(), null, world.clock());
        used++;
    }

    /** Asks the sources for what there is credit for; one element of each may wait without. */
    private void pull() {
        int weights = 0;
        List<SimStream> hungry = new ArrayList<>(streams.size());
        for (SimStream stream : streams) {
            if (stream.isHungry()) {
                hungry.add(stream);
                weights += stream.weight;
            }
        }
        turn++;
        long spare = usable();
        for (int i = 0; i < hungry.size(); i++) {
            SimStream stream = hungry.get((i + turn) % hungry.size());
            int share = (int) ((spare * stream.weight + weights - 1) / weights);
            int waiting = stream.requested();
            for (SimElement element : pending) {
                waiting += element.stream == stream ? 1 : 0;
            }
            stream.request(Math.min(Math.max(1, share), stream.room()) - waiting);
        }
    }

    private long usable() {
        long usable = 0;
        for (SimLink link : links.values()) {
            usable += link.usable();
        }
        return usable;
    }

    private void want() {
        int room = 0;
        for (SimStream stream : streams) {
            room += stream.isHungry() ? stream.room() : 0;
        }
        if (!pending.isEmpty() && room > 0 && used > 0 && world.now - grownAt > 100 * World.MILLI) {
            lookAhead = Math.min(MOST_LOOK_AHEAD, Math.max(1, lookAhead * 2));
            grownAt = world.now;
        }
        if (!pending.isEmpty() && room > 0) {
            lookAhead = Math.max(FIRST_LOOK_AHEAD, lookAhead);
        }
        int wanted = pending.size() + Math.min(lookAhead, room);
        int targets = 0;
        for (SimLink link : links.values()) {
            targets += link.isTarget() ? 1 : 0;
        }
        for (SimLink link : links.values()) {
            if (!link.gone) {
                int share = link.isTarget() && wanted > 0 ? Math.min(wanted, (2 * wanted + targets - 1) / targets) : 0;
                boolean asks = link.credit.mayWant(!pending.isEmpty(), world.clock()) && share > 0;
                link.credit.want(asks ? share : keptByHabit(link, room));
                link.idleSince = asks ? -1 : link.idleSince < 0 ? world.now : link.idleSince;
            }
        }
    }

    /** What a patient producer goes on to want of a link for which nothing waits, so that lone elements find credit. */
    private int keptByHabit(SimLink link, int room) {
        boolean soon = link.idleSince < 0 || world.now - link.idleSince < Timing.LEASE;
        return patient && soon && room > 0 && link.credit.hasRoom()
                ? (int) Math.min(link.credit.want(), link.usable())
                : 0;
    }

    // ---- frames out

    private void settle(SimLink link) {
        if (link.gone) {
            return;
        }
        CreditLink<Copy> credit = link.credit;
        for (Frame.Cancel cancel = credit.cancel(); cancel != null; cancel = credit.cancel()) {
            out(link, cancel);
        }
        flush(link);
        if (credit.isBusy() && Deadline.isOver(credit.nextKeep(world.clock()), world.clock())) {
            credit.keep(world.clock(), 1 << 16, 0, frame -> out(link, frame));
        }
    }

    /** One frame of tasks at a time: what gathers while it is under way goes out in the next. */
    private void flush(SimLink link) {
        World.Limits limits = world.limits;
        while (link.credit.hasTasks() && !link.sending) {
            Frame.Tasks tasks = link.credit.tasks(world.clock(), limits.batched ? limits.entries : 1, 8, limits.bytes);
            if (tasks == null) {
                return;
            }
            out(link, tasks);
            if (limits.batched) {
                link.sending = true;
                timer(PUBLISH, () -> {
                    link.sending = false;
                    flush(link);
                    wake();
                });
            }
        }
    }

    private void out(SimLink link, Frame.ToNode frame) {
        if (frame.ctl() <= link.lastCtl) {
            throw new Broken("I6 the number of a frame was used before:", frame);
        }
        link.lastCtl = frame.ctl();
        world.sent.put(frame, world.sent.size());
        world.network.send(name, link.node, frame);
    }

    // ---- time

    private void wake() {
        long next = Long.MAX_VALUE;
        for (SimLink link : links.values()) {
            if (link.credit.isBusy() && !link.gone) {
                next = Math.min(next, world.now + Deadline.left(link.credit.nextKeep(world.clock()), world.clock()));
            }
        }
        long soonest = world.now + World.MILLI / 10;
        if (next < wakeAt && next != Long.MAX_VALUE) {
            long at = Math.max(next, soonest);
            wakeAt = at;
            timer(at - world.now, () -> {
                if (wakeAt == at) {
                    wakeAt = Long.MAX_VALUE;
                    pump();
                }
            });
        }
    }

    private void tick() {
        for (SimStream stream : streams) {
            if (stream.hedged && !stream.isOver()) {
                stream.taken().forEach(this::hedge);
            }
        }
        lookAhead = used < lookAhead / 2.0 && pending.isEmpty() ? lookAhead / 2 : lookAhead;
        used = 0;
        links.values().forEach(link -> link.credit.tick());
        pump();
        timer(Timing.REANNOUNCE, this::tick);
    }

    /** Sends a second copy of an element that takes long. */
    private void hedge(SimElement element) {
        if (element.state == SimElement.State.IN_FLIGHT
                && element.copies.size() == 1
                && world.now - element.copies.get(0).at > World.SECOND) {
            SimLink other = mostUsable(element.copies.get(0).link);
            if (other != null) {
                launch(element, other);
            }
        }
    }

    // ---- invariants

    @Nullable SimLink link(String node) {
        return links.get(node);
    }

    @Override
    void check() {
        streams.forEach(SimStream::check);
        for (SimLink link : links.values()) {
            if (link.credit.epoch() != 0 && link.credit.usable() < 0) {
                throw new Broken("I5", name, "used more than the limit of", link.node);
            }
        }
    }

    @Override
    void checkEmpty() {
        if (!pending.isEmpty()) {
            throw new Broken("EMPTY", name, pending, "wait");
        }
        streams.forEach(SimStream::checkEmpty);
        for (SimLink link : links.values()) {
            CreditLink<Copy> credit = link.credit;
            if (world.network.orderly && credit.resent() > 0) {
                throw new Broken("NEEDLESS", name, "sent", credit.resent(), "tasks again");
            }
            if (credit.inFlight() != 0 || credit.isBusy() || credit.hasTasks() || credit.cancel() != null) {
                throw new Broken("EMPTY", name, "is not done with", link.node, "in flight", credit.inFlight());
            }
        }
    }
}
