package io.broccoli.internal.producer;

import io.broccoli.internal.base.Deadline;
import io.broccoli.internal.base.Directory;
import io.broccoli.internal.base.MemberContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Measures how long nodes take to answer: a node is asked for credit that is given back, whether or not there is work for it.
 * Belongs to the member's serial executor.
 */
public final class Probes {

    /** Most that wait for answers at a time. */
    private static final int MOST = 2 * Topology.MOST_NODES;

    private final MemberContext context;
    private final Agenda agenda;
    private final Topology topology;
    private final LiveLinks live;
    private final Directory directory;
    private final Map<String, List<MonoSink<Duration>>> waiting = new TreeMap<>(); // by node
    private int count;

    Probes(MemberContext context, Agenda agenda, Topology topology, LiveLinks live, Directory directory) {
        this.context = context;
        this.agenda = agenda;
        this.topology = topology;
        this.live = live;
        this.directory = directory;
    }

    /** From any thread. */
    public Mono<Duration> roundTrip(String node, Duration timeout) {
        Mono<Duration> answer = Mono.create(sink -> {
            sink.onDispose(() -> context.loop().execute(() -> forget(node, sink)));
            context.loop().execute(() -> ask(node, sink));
        });
        return Deadline.isForever(timeout)
                ? answer
                : answer.timeout(timeout, Mono.error(() -> late(node, timeout)), context.timers());
    }

    private TimeoutException late(String node, Duration timeout) {
        return new TimeoutException(
                "Node " + node + " did not answer within " + timeout.toMillis() + " ms; " + directory.situation());
    }

    private void ask(String node, MonoSink<Duration> sink) {
        Link link = topology.get(node);
        if (link == null || link.isGivenUp()) {
            sink.error(new IllegalArgumentException("no node " + node + " is known; " + directory.situation()));
        } else if (count >= MOST) {
            sink.error(new IllegalStateException(count + " round trips are being measured, and no more at a time"));
        } else {
            waiting.computeIfAbsent(node, name -> new ArrayList<>()).add(sink);
            count++;
            link.credit.askSoon();
            agenda.changed();
        }
    }

    private void forget(String node, MonoSink<Duration> sink) {
        List<MonoSink<Duration>> sinks = waiting.get(node);
        if (sinks != null && sinks.remove(sink)) {
            count--;
            if (sinks.isEmpty()) {
                waiting.remove(node);
            }
            agenda.changed(); // the credit goes back
        }
    }

    /** To be called as wants are worked out: what is asked must be wanted. */
    void want() {
        for (String node : waiting.keySet()) {
            Link link = topology.get(node);
            if (link != null && !link.isGivenUp()) {
                link.wanted = Math.max(1, link.wanted);
                link.awaited = true;
                live.accept(link);
            }
        }
    }

    /** A node answered. Who waits hears of it when all that came of the answer is done: that is users' code. */
    void answered(String node, long nanos) {
        List<MonoSink<Duration>> sinks = waiting.remove(node);
        if (sinks != null) {
            count -= sinks.size();
            Duration taken = Duration.ofNanos(nanos);
            context.loop().execute(() -> sinks.forEach(sink -> sink.success(taken)));
        }
    }
}
