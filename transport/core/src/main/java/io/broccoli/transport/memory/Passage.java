package io.broccoli.transport.memory;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;

/** What befalls frames between members: they come at once, late, twice or never, as the plan says. */
final class Passage {
    private final Scheduler scheduler;
    private final Traffic traffic;
    private final Map<String, Long> distances = new ConcurrentHashMap<>();

    private volatile FaultPlan plan;
    private SplittableRandom random;

    Passage(Scheduler scheduler, Traffic traffic, FaultPlan plan) {
        this.scheduler = scheduler;
        this.traffic = traffic;
        this.plan = plan;
        this.random = new SplittableRandom(plan.seed());
    }

    synchronized void plan(FaultPlan next) {
        plan = next;
        random = new SplittableRandom(next.seed());
    }

    void distance(String member, Duration oneWay) {
        distances.put(member, oneWay.toNanos());
    }

    private long distance(String from, String to) {
        return distances.isEmpty() ? 0 : distances.getOrDefault(from, 0L) + distances.getOrDefault(to, 0L);
    }

    void frame(MemoryTransport from, MemoryTransport to, byte[] frame) {
        if (plan.isFaultless() && distances.isEmpty()) {
            deliver(from, to, frame);
        } else {
            faulty(from, to, frame);
        }
    }

    private synchronized void faulty(MemoryTransport from, MemoryTransport to, byte[] frame) {
        int copies = isTooLarge(frame) ? 0 : copies();
        long far = distance(from.member, to.member);
        for (int i = 0; i < copies; i++) {
            byte[] copy = i == 0 ? frame : frame.clone();
            later(to, far + plan.delayNanos(random), () -> deliver(from, to, copy));
        }
    }

    synchronized void hello(MemoryTransport from, MemoryTransport to) {
        if (copies() > 0) {
            later(to, distance(from.member, to.member) + plan.delayNanos(random), to::helloFrom);
        }
    }

    /**
     * Lost only if it is too large, and always after the same time, as what one member announces must not be overtaken by what it
     * announced before.
     */
    void presence(MemoryTransport to, String of, byte[] status) {
        if (isTooLarge(status)) {
            return;
        }
        later(to, distance(of, to.member) + plan.minDelay().toNanos(), () -> to.presence(of, status));
    }

    private boolean isTooLarge(byte[] message) {
        boolean tooLarge = message.length > plan.maxFrame();
        if (tooLarge) {
            traffic.lost.increment();
        }
        return tooLarge;
    }

    private int copies() {
        int copies = plan.copies(random);
        if (copies == 0) {
            traffic.lost.increment();
        } else if (copies > 1) {
            traffic.repeated.increment();
        }
        return copies;
    }

    private void later(MemoryTransport to, long nanos, Runnable delivery) {
        if (nanos == 0) {
            delivery.run();
            return;
        }
        int connection = to.connection();
        Runnable ifStillConnected = () -> {
            if (to.connection() == connection) {
                delivery.run();
            } else {
                traffic.unreachable.increment();
            }
        };
        scheduler.schedule(ifStillConnected, nanos, TimeUnit.NANOSECONDS);
    }

    private void deliver(MemoryTransport from, MemoryTransport to, byte[] frame) {
        if (to.frame(from.member, frame)) {
            traffic.delivered(frame);
        } else {
            traffic.dropped.increment();
        }
    }
}
