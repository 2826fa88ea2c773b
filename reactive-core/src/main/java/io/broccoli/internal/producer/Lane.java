package io.broccoli.internal.producer;

import io.broccoli.frame.Site;
import io.broccoli.place.Point;
import io.broccoli.route.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Errands of one stream that wait for credit and may go to the same nodes: a blocked one blocks only its own lane. What waits
 * here is bounded by the stream's window.
 */
public final class Lane implements WaitingRoom {

    /** Of more links than this, some are looked at for each errand, not all: a thousand nodes cost what ten do. */
    private static final int SAMPLE = 8;

    public final Route route;
    public final List<String> tasks;
    private final ErrandQueue continuing = new ErrandQueue();
    private final ErrandQueue beginning = new ErrandQueue();
    private final List<Link> candidates = new ArrayList<>();
    private @Nullable Nearness nearness; // where the nearest link is wanted, and some places are known
    private int version = -1;
    private int turn;
    private boolean stuck;
    private long stuckSince;
    private long starvedSince;
    private boolean served = true; // since it was last asked whether it starves

    Lane(Route route, List<String> tasks) {
        this.route = route;
        this.tasks = tasks;
    }

    // ---- what waits

    int size() {
        return continuing.size() + beginning.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** An errand waits behind all others of its kind. */
    void add(Errand errand) {
        errand.waitsIn(this);
        (errand.continues ? continuing : beginning).addLast(errand);
    }

    /** An errand that was sent and came back goes first. */
    void addAgain(Errand errand) {
        errand.waitsIn(this);
        continuing.addFirst(errand);
    }

    /**
     * The next one to be sent; it waits until it is somewhere else.
     *
     * @param begin whether it may be one that has not begun
     */
    @Nullable Errand first(boolean begin) {
        Errand continued = continuing.first();
        return continued != null || !begin ? continued : beginning.first();
    }

    @Override
    public void leave(Errand errand) {
        continuing.remove(errand);
        beginning.remove(errand);
    }

    /** One of those that waited goes out: it does not starve. */
    void serves() {
        served = true;
    }

    /** Those that are such, in order. */
    List<Errand> allOf(Predicate<Errand> such) {
        List<Errand> some = new ArrayList<>();
        for (ErrandQueue queue : List.of(continuing, beginning)) {
            for (Errand each = queue.first(); each != null; each = each.behind) {
                if (such.test(each)) {
                    some.add(each);
                }
            }
        }
        return some;
    }

    /**
     * An errand of another lane belongs to this one now. It is not served by that: if this lane is empty, it has starved as long as
     * the other.
     */
    void takeOver(Errand errand, Lane from) {
        if (isEmpty()) {
            served = from.served;
            starvedSince = from.starvedSince;
        }
        boolean continued = errand.queue == from.continuing;
        errand.waitsIn(this);
        (continued ? continuing : beginning).addLast(errand);
    }

    // ---- where it may go

    /** @param topology changes whenever a node does */
    void refresh(Iterable<Link> links, int topology) {
        if (version == topology) {
            return;
        }
        version = topology;
        candidates.clear();
        for (Link link : links) {
            if (link.isActive() && admits(route, link) && link.offers(tasks)) {
                candidates.add(link);
            }
        }
        nearness = route instanceof Route.Nearest nearest ? new Nearness(nearest.point(), candidates) : null;
    }

    public static boolean admits(Route route, Link link) {
        if (route instanceof Route.ToNode to) {
            return link.name().equals(to.name());
        }
        if (route instanceof Route.Label label) {
            Site site = link.node().site();
            return label.value().equals(site.labels().get(label.key()));
        }
        if (route instanceof Route.Version wanted) {
            return link.node().functions().stream()
                    .anyMatch(function -> function.version().equals(wanted.version()));
        }
        return true;
    }

    List<Link> candidates() {
        return candidates;
    }

    /** The link that an errand may be sent by now; null if there is none. */
    @Nullable Link pick(Errand errand, long now) {
        if (nearness != null && errand.route instanceof Route.Nearest nearest) {
            Link target = nearness.target(nearest.point(), now);
            return target != null && target.usable() > 0 ? target : null;
        }
        return mostCredit();
    }

    /**
     * Asks links for credit if it matters which are asked.
     *
     * @param waits whether some of the tasks wait and may be sent now
     * @return whether it did
     */
    boolean want(int tasks, boolean waits, LiveLinks live, long now) {
        if (nearness == null || !(route instanceof Route.Nearest own)) {
            return false;
        }
        Errand next = first(true);
        Point point = next != null && next.route instanceof Route.Nearest nearest ? nearest.point() : own.point();
        nearness.want(point, tasks, waits, live, now);
        return true;
    }

    /** The link with the most unused credit, then the faster one; null if none has any. */
    private @Nullable Link mostCredit() {
        int count = candidates.size();
        if (count == 1) {
            Link only = candidates.get(0);
            return only.usable() > 0 ? only : null;
        }
        Link best = null;
        long most = 0;
        for (int i = 0; i < count && (i < SAMPLE || best == null); i++) {
            Link link = candidates.get(count <= SAMPLE ? i : Math.floorMod(turn++, count));
            long usable = link.usable();
            if (usable > most
                    || usable == most
                            && best != null
                            && link.credit.smoothedRoundTrip() < best.credit.smoothedRoundTrip()) {
                best = link;
                most = usable;
            }
        }
        return best;
    }

    /** The link with the most unused credit, but not this one; null if there is none. */
    @Nullable Link pickBeside(@Nullable Link taken) {
        Link best = null;
        for (int i = 0; i < candidates.size() && (i < SAMPLE || best == null); i++) {
            Link link = candidates.get(Math.floorMod(turn++, candidates.size()));
            if (link != taken && link.usable() > (best == null ? 0 : best.usable())) {
                best = link;
            }
        }
        return best;
    }

    // ---- for how long

    /** How long something has waited here and nothing went out, in nanoseconds; to be asked about each second. */
    long starvedFor(long now) {
        if (served || isEmpty()) {
            served = false;
            starvedSince = now;
        }
        return now - starvedSince;
    }

    /** How long something has waited here that no node may take, in nanoseconds; 0 if that is not so. */
    long stuckFor(long now) {
        if (isEmpty() || !candidates.isEmpty()) {
            stuck = false;
            return 0;
        }
        if (!stuck) {
            stuck = true;
            stuckSince = now;
        }
        return now - stuckSince;
    }
}
