package io.broccoli.examples.quickstart;

import io.broccoli.examples.quickstart.Progress.Moment;
import io.broccoli.examples.quickstart.Progress.NodeMoment;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Two lines a second, for logs and pipes. */
final class PlainDisplay implements Display {

    private final PrintWriter out;
    private final int events;
    private @Nullable Moment before;

    PlainDisplay(PrintWriter out, int events) {
        this.out = out;
        this.events = events;
    }

    @Override
    public Duration period() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void show(Moment now) {
        if (before == null) {
            out.println("  Queues and credits are those of " + row(now, NodeMoment::name) + ".");
        }
        out.println(String.format(
                Locale.ROOT,
                "  %4.1f s %,6d of %,d events, %3.0f/s, %3d in flight, source waits %,5d",
                now.at().toMillis() / 1000.0,
                now.workedOut(),
                events,
                now.perSecondSince(before),
                now.inFlight(),
                now.sourceWaits()));
        out.println("         queues " + row(now, NodeMoment::queued) + "   credits " + row(now, NodeMoment::credit));
        out.flush();
        before = now;
    }

    private static String row(Moment now, Function<NodeMoment, Object> figure) {
        return now.nodes().stream().map(figure).map(String::valueOf).collect(Collectors.joining(" "));
    }
}
