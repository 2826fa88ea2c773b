package io.broccoli.transport.tcp;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections of which it is not known yet whose they are: only so many of those that came are listened to, and none for long. When there
 * are as many, whoever comes is turned away, unless the one that has been there longest had time enough to say who it is: then that one
 * goes. On the event loop.
 */
final class Strangers {

    /** Connections that were accepted, from before TLS until they are a member's. */
    static final int MOST = 128;

    /** A member needs less than that, even when many come at once. */
    private static final long TIME_ENOUGH = TimeUnit.SECONDS.toNanos(1);

    private record Greeting(Handshake handshake, Future<?> end) {}

    private final Duration timeout;
    private final LongSupplier clock;
    private final Map<Channel, Long> accepted = new LinkedHashMap<>(); // and since when
    private final Map<Link, Greeting> greetings = new HashMap<>();
    private long dropped;

    /** @param timeout of a greeting */
    Strangers(Duration timeout) {
        this(timeout, System::nanoTime);
    }

    /** @param clock nanoseconds */
    Strangers(Duration timeout, LongSupplier clock) {
        this.timeout = timeout;
        this.clock = clock;
    }

    /** Somebody dialed this member. It is heard of again by {@link #greet}, after TLS. */
    void accept(Channel channel) {
        long now = clock.getAsLong();
        if (accepted.size() >= MOST) {
            dropped++;
            Iterator<Map.Entry<Channel, Long>> all = accepted.entrySet().iterator();
            Map.Entry<Channel, Long> eldest = all.next();
            if (now - eldest.getValue() < TIME_ENOUGH) {
                channel.close();
                return;
            }
            all.remove();
            eldest.getKey().close();
        }
        accepted.put(channel, now);
        channel.closeFuture().addListener(end -> accepted.remove(channel));
    }

    /** Begins a greeting, with who was dialed too. */
    void greet(Link link, Handshake handshake) {
        Future<?> end = link.channel()
                .eventLoop()
                .schedule(
                        () -> link.close(Failures.silent("?", link.where, timeout.toNanos())),
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
        greetings.put(link, new Greeting(handshake, end));
        handshake.start();
    }

    /** The greeting with this one, while it lasts. */
    @Nullable Handshake of(Link link) {
        Greeting greeting = greetings.get(link);
        return greeting == null ? null : greeting.handshake;
    }

    /** It is a member's connection from now on. */
    void known(Link link) {
        accepted.remove(link.channel());
        end(link);
    }

    /** It is not greeted any more. */
    void end(Link link) {
        Greeting greeting = greetings.remove(link);
        if (greeting != null) {
            greeting.end.cancel(false);
        }
    }

    /** The connection was lost. */
    void lost(Link link) {
        if (greetings.containsKey(link)) {
            dropped++;
            end(link);
        }
    }

    void close(Throwable why) {
        List.copyOf(greetings.keySet()).forEach(each -> each.close(why));
        new ArrayList<>(accepted.keySet()).forEach(Channel::close);
    }

    /** Those that ended, or were turned away, before it was known whose they were. */
    long dropped() {
        return dropped;
    }
}
