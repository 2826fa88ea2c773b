package io.broccoli.dispatch;

import io.broccoli.frame.Site;
import io.broccoli.route.Route;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Errands of one stream that wait for credit and may go to the same nodes: a blocked one blocks only its own lane. What waits
 * here is bounded by the stream's window.
 */
final class Lane implements WaitingRoom {

    /** Of more links than this, some are looked at for each errand, not all: a thousand nodes cost what ten do. */
    private static final int SAMPLE = 8;

    private static final int SWEPT_AT = 64;

    final Route route;
    final List<String> tasks;
    private final ArrayDeque<Errand> continuing = new ArrayDeque<>();
    private final ArrayDeque<Errand> beginning = new ArrayDeque<>();
    private final List<Link> candidates = new ArrayList<>();
    private int version = -1;
    private int turn;
    private int withdrawn; // of those that still stand in the queues
    private long stuckSince;
    private long starvedSince;
    private boolean served = true; // since it was last asked whether it starves

    Lane(Route route, List<String> tasks) {
        this.route = route;
        this.tasks = tasks;
    }

    // ---- what waits

    int size() {
        return continuing.size() + beginning.size() - withdrawn;
    }

    boolean isEmpty() {
        return size() == 0;
    }

    void add(Errand errand) {
        (errand.continues ? continuing : beginning).addLast(errand);
    }

    /** An errand that was sent and came back goes first. */
    void addAgain(Errand errand) {
        continuing.addFirst(errand);
    }

    /** @param begin whether it may be one that has not begun */
    @Nullable Errand poll(boolean begin) {
        Errand continued = poll(continuing);
        Errand errand = continued != null || !begin ? continued : poll(beginning);
        served |= errand != null;
        return errand;
    }

    private @Nullable Errand poll(ArrayDeque<Errand> queue) {
        Errand errand = queue.pollFirst();
        while (errand != null && errand.withdrawn) {
            withdrawn--;
            errand = queue.pollFirst();
        }
        return errand;
    }

    /** Its run ended: it is passed over. Many of them are swept out at once, so that the cost of each stays small. */
    @Override
    public void withdraw(Errand errand) {
        errand.withdrawn = true;
        if (++withdrawn > SWEPT_AT && withdrawn > size()) {
            continuing.removeIf(each -> each.withdrawn);
            beginning.removeIf(each -> each.withdrawn);
            withdrawn = 0;
        }
    }

    /** Takes everything out. */
    void drainTo(Consumer<Errand> out) {
        for (Errand errand = poll(true); errand != null; errand = poll(true)) {
            out.accept(errand);
        }
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
    }

    static boolean admits(Route route, Link link) {
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

    /** The link with the most unused credit, then the faster one; null if none has any. */
    @Nullable Link pick() {
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

    /** Since when something waits here and nothing was taken out; to be asked about each second. */
    long starvedSince(long now) {
        if (served || isEmpty()) {
            served = false;
            starvedSince = now;
        }
        return starvedSince;
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

    /** Since when something waits here that no node may take; 0: not so. */
    long stuckSince(long now) {
        if (isEmpty() || !candidates.isEmpty()) {
            stuckSince = 0;
        } else if (stuckSince == 0) {
            stuckSince = now;
        }
        return stuckSince;
    }
}
