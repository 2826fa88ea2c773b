package io.broccoli.transport.mqtt;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * What this member last said of itself. It is published on each connection anew, because the broker may have published the will in
 * between. Of several announcements only the newest is published; its acknowledgement ends those before it too.
 */
final class Presence {

    /** Announcements that may wait for a connection. */
    static final int MOST_WAITING = 1_024;

    private static final byte[] NOTHING = new byte[0];

    private final Outbox outbox;
    private final Topics topics;
    private final Echoes echoes;
    private List<MonoSink<Void>> waiting = new ArrayList<>();
    private byte @Nullable [] latest;
    private boolean connected;
    private @Nullable Throwable closed;

    Presence(Outbox outbox, Topics topics, Echoes echoes) {
        this.outbox = outbox;
        this.topics = topics;
        this.echoes = echoes;
    }

    Mono<Void> announce(byte[] status) {
        return Mono.create(sink -> {
            Throwable cause;
            synchronized (this) {
                cause = closed;
                if (cause == null) {
                    latest = status;
                    if (connected || waiting.size() < MOST_WAITING) {
                        waiting.add(sink);
                    } else { // the newest is published all the same
                        cause = new IllegalStateException(
                                MOST_WAITING + " announcements wait for a connection, which is the limit");
                    }
                    publish();
                }
            }
            if (cause != null) {
                sink.error(cause);
            }
        });
    }

    synchronized void connected() {
        connected = true;
        publish();
    }

    synchronized void disconnected() {
        connected = false;
    }

    /** Takes the presence away, if there is one. */
    synchronized Mono<Void> forget() {
        boolean kept = latest != null && connected;
        latest = null;
        return kept ? new Publication(outbox, topics.presence, NOTHING, true, true) : Mono.empty();
    }

    void close(Throwable cause) {
        List<MonoSink<Void>> left;
        synchronized (this) {
            closed = cause;
            left = waiting;
            waiting = new ArrayList<>();
        }
        left.forEach(each -> each.error(cause));
    }

    /** Under the lock, so that the newest is the last on its way; no result comes before the lock is left. */
    private void publish() {
        if (!connected || latest == null) {
            return;
        }
        List<MonoSink<Void>> covered = waiting;
        waiting = new ArrayList<>();
        echoes.presence(latest.length);
        new Publication(outbox, topics.presence, latest, true, true)
                .subscribe(null, error -> again(covered), () -> covered.forEach(MonoSink::success));
    }

    /** They wait for the next connection. */
    private void again(List<MonoSink<Void>> covered) {
        Throwable cause;
        synchronized (this) {
            cause = closed;
            if (cause == null) {
                waiting.addAll(covered);
            }
        }
        if (cause != null) {
            Throwable error = cause;
            covered.forEach(each -> each.error(error));
        }
    }
}
