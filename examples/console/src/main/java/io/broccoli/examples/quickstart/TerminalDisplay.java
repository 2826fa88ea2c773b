package io.broccoli.examples.quickstart;

import io.broccoli.examples.quickstart.Progress.Moment;
import io.broccoli.examples.quickstart.Progress.NodeMoment;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** A picture of all nodes that is drawn over itself; 80 columns and, for twelve nodes, 15 lines. */
final class TerminalDisplay implements Display {

    /** Looks over which the rate is averaged: a second. */
    private static final int RECENT = 5;

    private final PrintWriter out;
    private final int events;
    private final int queue;
    private final Deque<Moment> recent = new ArrayDeque<>();
    private int drawn;

    /** @param queue places of each node's queue */
    TerminalDisplay(PrintWriter out, int events, int queue) {
        this.out = out;
        this.events = events;
        this.queue = queue;
    }

    @Override
    public Duration period() {
        return Duration.ofMillis(200);
    }

    @Override
    public void show(Moment now) {
        recent.addLast(now);
        if (recent.size() > RECENT) {
            recent.removeFirst();
        }
        StringBuilder frame = new StringBuilder();
        if (drawn > 0) {
            frame.append("\033[").append(drawn).append('A'); // up to the first line of the last frame
        }
        List<String> lines = lines(now);
        lines.forEach(line -> frame.append(line).append("\033[K\n")); // and what was behind it goes
        out.print(frame);
        out.flush();
        drawn = lines.size();
    }

    private List<String> lines(Moment now) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "  %,d of %,d earthquakes  %.0f/s  in flight %d  the source waited %,d times",
                now.workedOut(),
                events,
                now.perSecondSince(recent.getFirst()),
                now.inFlight(),
                now.sourceWaits()));
        lines.add("");
        lines.add("  node  queue " + " ".repeat(queue) + "depth  max  running  credit  in flight   done");
        now.nodes().forEach(node -> lines.add(line(node)));
        return lines;
    }

    private String line(NodeMoment node) {
        int shown = Math.min(queue, node.queued());
        return String.format(
                Locale.ROOT,
                "  %-4s  [%s%s]   %5d  %3d  %7d  %6d  %9d  %5d",
                node.name(),
                "#".repeat(shown),
                ".".repeat(queue - shown),
                node.queued(),
                node.mostQueued(),
                node.running(),
                node.credit(),
                node.inFlight(),
                node.done());
    }
}
