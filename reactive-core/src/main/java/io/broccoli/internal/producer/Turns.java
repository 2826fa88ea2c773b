package io.broccoli.internal.producer;

import io.broccoli.cluster.RateLimit;
import io.broccoli.internal.base.Deadline;
import java.util.Comparator;
import java.util.List;

/** Gives a member's streams their turns: those of a higher priority first, others of the same one by their weights. */
public final class Turns {

    private final List<DispatchStream<?, ?>> streams; // those of the highest priority first
    private final Agenda agenda;
    private final Topology topology;
    private final LiveLinks live;
    private final Launches launches;
    private int turn; // which stream pulls first
    private double virtualTime; // of the stream that launched last

    Turns(List<DispatchStream<?, ?>> streams, Agenda agenda, Topology topology, LiveLinks live, Launches launches) {
        this.streams = streams;
        this.agenda = agenda;
        this.topology = topology;
        this.live = live;
        this.launches = launches;
    }

    /** A stream begins, behind those that began before and go before it. */
    void enter(DispatchStream<?, ?> stream) {
        int place = streams.size();
        while (place > 0 && priority(place - 1) < stream.options().priority()) {
            place--;
        }
        streams.add(place, stream);
    }

    /** Sends what waits, as far as there is credit. */
    void launch(long now) {
        for (int from = 0; from < streams.size(); ) {
            int to = from;
            int weights = 0;
            for (; to < streams.size() && priority(to) == priority(from); to++) {
                DispatchStream<?, ?> stream = streams.get(to);
                weights += stream.pending() > 0 ? stream.options().weight() : 0;
            }
            if (weights > 0) {
                launch(from, to, weights, now);
            }
            from = to;
        }
        runInPlace(now);
    }

    /** What found no credit, and is sub-work of tasks of this node, may take their places. */
    private void runInPlace(long now) {
        for (int i = 0; i < streams.size(); i++) {
            DispatchStream<?, ?> stream = streams.get(i);
            Parent parent = stream.parent();
            RateLimit rate = stream.options().rate();
            if (parent != null && (rate == null || rate.available(now) > 0)) {
                parent.runInPlace(stream);
            }
        }
    }

    private int priority(int place) {
        return streams.get(place).options().priority();
    }

    /**
     * Streams of one priority: first each its share, then what the others left; whoever had least for its weight begins (stride
     * scheduling).
     */
    private void launch(int from, int to, int weights, long now) {
        List<DispatchStream<?, ?>> some = streams.subList(from, to);
        if (some.size() > 1) {
            some = some.stream()
                    .filter(stream -> stream.pending() > 0)
                    .sorted(Comparator.comparingDouble(stream -> stream.pass))
                    .toList();
        }
        if (some.size() > 1) {
            double share = (double) live.usable() / weights;
            for (DispatchStream<?, ?> stream : some) {
                launch(stream, Math.max(1, (long) (share * stream.options().weight())), now);
            }
        }
        for (DispatchStream<?, ?> stream : some) {
            launch(stream, Long.MAX_VALUE, now);
        }
    }

    private void launch(DispatchStream<?, ?> stream, long quantum, long now) {
        RateLimit rate = stream.options().rate();
        long most = rate == null ? quantum : Math.min(quantum, rate.available(now));
        if (stream.pending() == 0) {
            return;
        }
        long left = most;
        List<Lane> lanes = stream.backlog().lanes();
        if (lanes.size() > 1) {
            for (int i = 0; left > 0 && i < lanes.size(); i++) { // later steps before elements that have not begun
                left -= launch(stream, lanes.get(i), false, left, now);
            }
        }
        // By index: an errand that cannot be sent ends, and what its plan submits then may need another lane.
        for (int i = 0; left > 0 && i < lanes.size(); i++) {
            left -= launch(stream, lanes.get(i), true, left, now);
        }
        if (rate != null && stream.pending() > 0 && rate.available(now) == 0) {
            agenda.wakeAt(Deadline.after(now, rate.nextAt(now) - now));
        }
        if (left < most) {
            virtualTime = Math.max(stream.pass, virtualTime);
            stream.pass =
                    virtualTime + (double) (most - left) / stream.options().weight();
        }
    }

    private long launch(DispatchStream<?, ?> stream, Lane lane, boolean begin, long most, long now) {
        if (lane.isEmpty() || !stream.usesCredit(lane)) {
            return 0;
        }
        topology.refresh(lane);
        long launched = 0;
        while (launched < most) {
            Errand errand = lane.first(begin);
            Link link = errand == null ? null : lane.pick(errand, now);
            if (link == null || errand == null) {
                break;
            }
            launches.launch(errand, link, now);
            if (lane.first(begin) == errand) {
                throw new IllegalStateException("the task " + errand.task() + " did not leave its lane as it was sent");
            }
            lane.serves();
            launched++;
        }
        return launched;
    }

    /** Asks sources for more, each for its share of the credit. */
    void pull() {
        int hungry = 0;
        for (DispatchStream<?, ?> stream : streams) {
            hungry += stream.isHungry() ? 1 : 0;
        }
        if (hungry == 0) {
            return;
        }
        long share = (live.usable() + hungry - 1) / hungry;
        turn++;
        List<DispatchStream<?, ?>> all = hungry == 1 ? streams : List.copyOf(streams);
        for (int i = 0; i < all.size(); i++) {
            all.get(Math.floorMod(i + turn, all.size())).pull(share);
        }
    }
}
