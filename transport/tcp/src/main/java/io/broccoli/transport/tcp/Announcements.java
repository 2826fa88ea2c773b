package io.broccoli.transport.tcp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * What this member last said of itself. It is said to each member that comes, and to this one itself; of several announcements before
 * there is a connection only the newest is. On the event loop.
 */
final class Announcements {

    /** Announcements that may wait for a connection. */
    static final int MOST_WAITING = 1_024;

    private final Consumer<byte[]> spread;
    private List<MonoSink<Void>> waiting = new ArrayList<>();
    private byte @Nullable [] latest;
    private boolean connected;
    private @Nullable Throwable closed;

    /** @param spread tells all members that there are, this one too */
    Announcements(Consumer<byte[]> spread) {
        this.spread = spread;
    }

    byte @Nullable [] latest() {
        return latest;
    }

    void announce(byte[] status, MonoSink<Void> sink) {
        Throwable cause = closed;
        if (cause != null) {
            sink.error(cause);
            return;
        }
        latest = status;
        waiting.add(sink);
        if (waiting.size() > MOST_WAITING) {
            waiting.remove(0)
                    .error(new IllegalStateException(
                            MOST_WAITING + " newer announcements wait for a connection, which is the limit"));
        }
        if (connected) {
            flush(status);
        }
    }

    void connected(boolean value) {
        connected = value;
        byte[] status = latest;
        if (value && status != null) {
            flush(status);
        }
    }

    private void flush(byte[] status) {
        List<MonoSink<Void>> covered = waiting;
        waiting = new ArrayList<>();
        spread.accept(status);
        covered.forEach(MonoSink::success);
    }

    void close(Throwable cause) {
        closed = cause;
        List<MonoSink<Void>> left = waiting;
        waiting = new ArrayList<>();
        left.forEach(each -> each.error(cause));
    }
}
