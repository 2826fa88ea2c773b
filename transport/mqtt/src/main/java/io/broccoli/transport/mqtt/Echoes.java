package io.broccoli.transport.mqtt;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Whether the broker's access rules let this member do what members must do. A broker of MQTT 3.1.1 cannot refuse a message: it
 * drops it without a word. But a member is subscribed to all that it publishes to itself: what does not come back was dropped. Some
 * brokers close the connection instead (mosquitto 2.0.11), and do so again after each new one. May be used from any thread.
 */
final class Echoes {

    /** A broker that is only busy takes less. */
    static final Duration LATE = Duration.ofSeconds(5);

    /** Connections that ended in a row with the same thing on its way: a broker that restarts ends fewer. */
    static final int CUTS = 3;

    /** What a member must be allowed, as a message that comes back. */
    enum Echo {
        PRESENCE,
        HELLO,
        FRAME
    }

    private final Topics topics;
    private final Scheduler scheduler;
    private final Consumer<String> missing;
    private final Map<Echo, Disposable> awaited = new LinkedHashMap<>(); // as sent; guarded by this, like the next
    private final Map<Echo, Integer> cuts = new EnumMap<>(Echo.class);
    private final Set<Echo> told = EnumSet.noneOf(Echo.class);
    private int presenceBytes; // guarded likewise

    /** @param missing hears of a rule that is missing, in words, once until it holds */
    Echoes(Topics topics, Scheduler scheduler, Consumer<String> missing) {
        this.topics = topics;
        this.scheduler = scheduler;
        this.missing = missing;
    }

    /** The presence is on its way. */
    synchronized void presence(int bytes) {
        presenceBytes = bytes;
        sent(Echo.PRESENCE);
    }

    /** Something is on its way that must come back. */
    synchronized void sent(Echo echo) {
        awaited.computeIfAbsent(
                echo, each -> scheduler.schedule(() -> late(each), LATE.toMillis(), TimeUnit.MILLISECONDS));
    }

    synchronized void came(Echo echo) {
        told.remove(echo);
        cuts.remove(echo);
        Disposable timer = awaited.remove(echo);
        if (timer != null) {
            timer.dispose();
        }
    }

    /**
     * The connection ended, over which something could come back. Brokers take messages in their order. mosquitto sends back each one
     * that it passed on, so the first that is awaited is the one that it closed at. HiveMQ may close before it sends those back, so all
     * rules that are awaited are named, and that of the last frame, which does not come back.
     *
     * @param peer that the last frame was for; null if there was none
     */
    void lost(@Nullable String peer) {
        Echo first;
        String rules;
        boolean isNew;
        synchronized (this) {
            if (awaited.isEmpty()) {
                return;
            }
            first = awaited.keySet().iterator().next();
            Stream<String> last = peer == null ? Stream.of() : Stream.of(topics.write(peer) + " (its last frame)");
            rules = Stream.concat(awaited.keySet().stream().map(this::rule), last)
                    .collect(Collectors.joining(", or to "));
            isNew = cuts.merge(first, 1, Integer::sum) >= CUTS && told.add(first);
            forget();
        }
        if (isNew) {
            missing.accept(rules);
        }
    }

    /** Nothing is awaited any more. */
    synchronized void forget() {
        awaited.values().forEach(Disposable::dispose);
        awaited.clear();
    }

    private void late(Echo echo) {
        boolean isNew;
        synchronized (this) {
            isNew = awaited.remove(echo) != null && told.add(echo);
        }
        if (isNew) {
            missing.accept(rule(echo));
        }
    }

    private String rule(Echo echo) {
        return switch (echo) {
            case PRESENCE ->
                "write and read " + topics.presence + " (its presence; without it no member knows it)" + limit();
            case HELLO -> "write and read " + topics.hello + " (the question who is there)";
            case FRAME ->
                "write " + topics.inboxes + "+/" + topics.member + " and read " + topics.inbox
                        + "# (frames; without them nothing is asked or answered)";
        };
    }

    /** Brokers drop messages that are too large for them as they drop those that are not allowed. */
    private synchronized String limit() {
        return presenceBytes <= Outbox.SMALL
                ? ""
                : ", and its limits a message of " + presenceBytes + " bytes, as this presence has (with fewer tasks it"
                        + " has fewer)";
    }
}
