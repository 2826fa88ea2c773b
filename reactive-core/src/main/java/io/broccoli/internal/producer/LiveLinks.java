package io.broccoli.internal.producer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Links with credit, wants or work: all others are left alone. */
final class LiveLinks implements Consumer<Link> {

    private final Set<Link> live = new LinkedHashSet<>();

    /** There is something to do for a link. Called for each errand: a flag is cheaper than the set. */
    @Override
    public void accept(Link link) {
        if (!link.live) {
            link.live = true;
            live.add(link);
        }
    }

    void rest(Link link) {
        link.live = false;
        live.remove(link);
    }

    boolean isEmpty() {
        return live.isEmpty();
    }

    /** As they are now: they may be more or fewer while these are gone through. */
    List<Link> all() {
        return new ArrayList<>(live);
    }

    /** Tasks that should be sent now, over all of them. */
    long usable() {
        long usable = 0;
        for (Link link : live) {
            usable += link.usable();
        }
        return usable;
    }

    /** The shortest time from a task to its outcome; 0 if none is known. */
    long shortestRoundTrip() {
        long shortest = 0;
        for (Link link : live) {
            long roundTrip = link.credit.smoothedRoundTrip();
            if (roundTrip > 0 && (shortest == 0 || roundTrip < shortest)) {
                shortest = roundTrip;
            }
        }
        return shortest;
    }
}
