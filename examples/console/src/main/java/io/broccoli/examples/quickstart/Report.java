package io.broccoli.examples.quickstart;

import io.broccoli.examples.quickstart.Progress.Moment;
import io.broccoli.feed.FeedStats;
import io.broccoli.node.Node;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is said before and after the stream. */
final class Report {

    private static final int COLUMNS = 79;

    private final PrintWriter out;
    private final Map<String, Centroid> networks;

    Report(PrintWriter out, Map<String, Centroid> networks) {
        this.out = out;
        this.networks = networks;
    }

    void explain(int events, int quakes) {
        long perNode = 1000 / Quickstart.SERVICE_TIME.toMillis();
        out.println();
        say("Part two: a week of earthquakes (%,d of %,d events; source: USGS)", quakes, events);
        say(
                "A node needs %d ms for an earthquake: all %d do %d/s. The file could give",
                Quickstart.SERVICE_TIME.toMillis(), Quickstart.NODES, perNode * Quickstart.NODES);
        say("thousands, but is read no faster than credit comes back from the queues: they");
        say("are full, so every node is busy, and none ever holds more than its %d places.", Quickstart.QUEUE);
        say("Each node feeds the earthquakes of its network, as far as the stream asks.");
        out.println();
    }

    void table(Digest digest) {
        out.println();
        say("network  middle          count  energy/J  strongest");
        digest.networks().forEach((network, tally) -> row(network, middle(network), tally));
        row("all", "", digest.all());
    }

    void leftOut(List<SeismicEvent> events) {
        Map<String, Long> types = events.stream()
                .filter(event -> !event.isEarthquake())
                .collect(Collectors.groupingBy(SeismicEvent::type, TreeMap::new, Collectors.counting()));
        long without = events.stream()
                .filter(event -> event.isEarthquake() && event.magnitude() == null)
                .count();
        String others = types.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
        say("Left out: %s, earthquake without magnitude %d.", others, without);
    }

    void backPressure(Moment end) {
        out.println();
        say(
                "%,d earthquakes in %.1f s. The source had to wait for credit %,d times;",
                end.workedOut(), end.at().toMillis() / 1000.0, end.sourceWaits());
        say("the fullest queue held %d of its %d places.", end.mostQueued(), Quickstart.QUEUE);
    }

    /** What the nodes' feeds gave. */
    void feeds(List<Node> nodes) {
        List<FeedStats> feeds = nodes.stream()
                .flatMap(node -> node.stats().feeds().stream())
                .filter(feed -> feed.name().equals(EarthquakeStream.FEED))
                .toList();
        say(
                "%d feeds gave %,d samples, of which %d were missed; none ever was more than",
                feeds.size(),
                feeds.stream().mapToLong(FeedStats::produced).sum(),
                feeds.stream().mapToLong(FeedStats::missed).sum());
        say(
                "%d samples ahead of what the stream had confirmed.",
                feeds.stream().mapToInt(FeedStats::mostUnconfirmed).max().orElse(0));
    }

    void boards(Map<String, Integer> finished) {
        String each = finished.entrySet().stream()
                .map(board -> board.getKey() + " " + board.getValue())
                .collect(Collectors.joining(", "));
        say("Tasks of boards, with part one: %s.", each);
    }

    /** False if something does not agree. */
    boolean check(Agreement agreement) {
        agreement.differences().forEach(difference -> say("DIFFERS: %s", difference));
        if (agreement.holds()) {
            say("Computed again in plain Java: all %d figures agree (counts and strongest", agreement.figures());
            say(
                    "events exactly, energies within %.0e; the worst is off by %.0e).",
                    agreement.tolerance(), agreement.worst());
        } else {
            say(
                    "Computed again in plain Java: %d of %d figures DISAGREE.",
                    agreement.differences().size(), agreement.figures());
        }
        return agreement.holds();
    }

    private String middle(String network) {
        Centroid middle = networks.get(network);
        return middle == null ? "" : String.format(Locale.ROOT, "%6.2f,%7.2f", middle.latitude(), middle.longitude());
    }

    private void row(String network, String middle, Tally tally) {
        Quake strongest = tally.strongest();
        String line = String.format(
                Locale.ROOT,
                "%-7s  %-14s  %,5d  %8.2e  M%.1f %s",
                network,
                middle,
                tally.count(),
                tally.joules(),
                strongest.magnitude(),
                strongest.place());
        say("%s", line.length() > COLUMNS - 2 ? line.substring(0, COLUMNS - 2) : line);
    }

    private void say(String format, Object... args) {
        out.println("  " + String.format(Locale.ROOT, format, args));
    }
}
