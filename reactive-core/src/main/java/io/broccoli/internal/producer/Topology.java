package io.broccoli.internal.producer;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.credit.Timing;
import io.broccoli.place.Point;
import io.broccoli.route.Route;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The nodes that a member knows, each with its link, and which of them work may go to. Belongs to the member's serial executor. */
public final class Topology {

    /** Nodes that a member knows, those that left a short while ago included; what comes beside them is left out. */
    public static final int MOST_NODES = 4_096;

    private static final Route ANYWHERE = new Route.Any(); // where no place is known

    private final Function<NodeInfo, Link> opened;
    private final Consumer<NodeInfo> shown;
    private final Runnable changed;
    private final Map<String, Link> links = new TreeMap<>();
    private final Set<String> strangers = new LinkedHashSet<>(); // that never answered, announced the longest ago first
    private int version;
    private long forgetsAt = Deadline.NEVER; // the next time at the earliest; NEVER: at once

    /**
     * @param opened makes the link to a node
     * @param shown hears of nodes whose state is not what they announced
     * @param changed runs when other nodes may take work than before
     */
    Topology(Function<NodeInfo, Link> opened, Consumer<NodeInfo> shown, Runnable changed) {
        this.opened = opened;
        this.shown = shown;
        this.changed = changed;
    }

    // ---- who is there

    Collection<Link> links() {
        return links.values();
    }

    @Nullable Link get(String name) {
        return links.get(name);
    }

    /** Whether this node is known, or one more may be. */
    boolean hasRoom(String name, long now) {
        return links.containsKey(name) || links.size() < MOST_NODES || forget(now);
    }

    private boolean forget(long now) {
        if (forgetsAt != Deadline.NEVER && !Deadline.isOver(forgetsAt, now)) {
            return false;
        }
        forgetsAt = Deadline.after(now, Timing.REANNOUNCE);
        boolean any = links.values().removeIf(link -> link.isForgotten(now));
        if (any) {
            strangers.retainAll(links.keySet());
        }
        return any;
    }

    /** A node that never answered, of whose announcement nothing was heard for the longest time; null if all have answered. */
    @Nullable String stranger() {
        return strangers.isEmpty() ? null : strangers.iterator().next();
    }

    /** It is no stranger, as it answers. */
    void isReal(String name) {
        strangers.remove(name);
    }

    /** @return the link of a node that never answered: there is nothing to be remembered of it; null if it is none */
    @Nullable Link forget(String stranger, long now) {
        Link link = strangers.remove(stranger) ? links.remove(stranger) : null;
        if (link != null) {
            link.givesUp(now);
            changed();
        }
        return link;
    }

    /** @return the node as this member takes it: stalled, where it does not answer */
    NodeInfo announced(NodeInfo node, int features) {
        boolean isNew = !links.containsKey(node.name());
        Link link = links.computeIfAbsent(node.name(), name -> opened.apply(node));
        if (strangers.remove(node.name()) || isNew) {
            strangers.add(node.name());
        }
        link.announced(node, features);
        changed();
        return link.node();
    }

    /** @return the link that was given up; null if there was none */
    @Nullable Link gone(String name, long now) {
        forget(now);
        Link link = links.get(name);
        if (link == null || link.isGivenUp()) {
            return null;
        }
        link.givesUp(now);
        changed();
        return link;
    }

    void stalls(Link link) {
        link.stalls();
        shown.accept(link.node());
        changed();
    }

    /** Something came from a node. */
    void heard(Link link, long now) {
        isReal(link.name());
        if (link.hears(now)) {
            shown.accept(link.node());
            changed();
        }
    }

    /** A node does not know a number that its STATUS names: that is not what it was. */
    void numbersAreStale(Link link) {
        link.numbersAreStale();
        changed();
    }

    private void changed() {
        version++;
        changed.run();
    }

    // ---- where work may go

    /** Finds the links for what waits in a lane, if they may be others than before. */
    void refresh(Lane lane) {
        lane.refresh(links.values(), version);
    }

    /**
     * A key becomes the node that it belongs to now: the one with the highest hash of both (rendezvous hashing). A point becomes
     * that of the nearest node, so that there are no more lanes than nodes.
     */
    Route resolve(Route route) {
        return route instanceof Route.Key key
                ? owner(key)
                : route instanceof Route.Nearest near ? nearest(near) : route;
    }

    private Route nearest(Route.Nearest wanted) {
        Point nearest = null;
        double least = 0;
        for (Link link : links.values()) {
            Point place = link.isActive() ? link.place() : null;
            double distance = place == null ? 0 : wanted.point().distanceTo(place);
            if (place != null && (nearest == null || distance < least)) {
                nearest = place;
                least = distance;
            }
        }
        return nearest == null ? ANYWHERE : new Route.Nearest(nearest);
    }

    private Route owner(Route.Key key) {
        Link best = null;
        long highest = 0;
        for (Link link : links.values()) {
            long hash = mix(key.hash() ^ mix(link.name().hashCode()));
            if (link.isActive() && (best == null || hash > highest)) {
                best = link;
                highest = hash;
            }
        }
        return new Route.ToNode(best == null ? "" : best.name());
    }

    /** The finalizer of MurmurHash3. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    /** Whether one node that may be used offers all these tasks; true while none is known. */
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

    /** The nodes that may be used and offer all these tasks. */
    Stream<Link> offering(Route route, List<String> tasks) {
        Route resolved = resolve(route);
        return links.values().stream()
                .filter(link -> link.isActive() && Lane.admits(resolved, link) && link.offers(tasks));
    }

    boolean anyAdmitted(Route route) {
        return links.values().stream().anyMatch(link -> link.isActive() && Lane.admits(route, link));
    }

    /** The tasks of a lane that no node offers. */
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
}
