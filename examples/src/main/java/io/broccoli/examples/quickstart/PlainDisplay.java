package io.broccoli.examples.quickstart;

import io.broccoli.examples.quickstart.Progress.Moment;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A line a second, for logs and pipes. */
final class PlainDisplay implements Display {

    private final PrintWriter out;
    private final int events;
    private final int places;
    private @Nullable Moment before;

    /** @param places of all queues together */
    PlainDisplay(PrintWriter out, int events, int places) {
        this.out = out;
        this.events = events;
        this.places = places;
    }

    @Override
    public Duration period() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void show(Moment now) {
        double rate = now.perSecondSince(before);
        before = now;
        out.println(String.format(
                Locale.ROOT,
                "  %4.1f s %,6d of %,d events %4.0f/s  in flight %3d  queued %3d of %d  waits %,5d",
                now.at().toMillis() / 1000.0,
                now.workedOut(),
                events,
                rate,
                now.inFlight(),
                now.queued(),
                places,
                now.sourceWaits()));
        out.flush();
    }
}
