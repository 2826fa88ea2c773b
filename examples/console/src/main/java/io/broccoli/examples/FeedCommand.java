package io.broccoli.examples;

import io.broccoli.examples.events.PositionFile;
import io.broccoli.examples.text.Json;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.place.Region;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;

/** {@code broccoli feed}: prints the samples of a feed, as fast as they can be printed. */
@Command(
        name = "feed",
        description = {
            "Prints the samples of a feed from all nodes that offer it, now or later, until Ctrl-C or --count samples."
                    + " Fails if no sample comes within --timeout; a node that is silent for so long while others are not"
                    + " is named.",
            "Nodes of 'broccoli node' offer the feed 'load': the load of their machine."
        },
        mixinStandardHelpOptions = true)
final class FeedCommand implements Callable<Integer> {

    @Mixin
    private NetworkOptions.OrLocal options = new NetworkOptions.OrLocal();

    @Parameters(paramLabel = "NAME", description = "Name of the feed.")
    private String name = "";

    @Option(names = "--nodes", split = ",", paramLabel = "NODE", description = "Only from these nodes.")
    private String[] nodes = {};

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Only from nodes whose site has this label.")
    private Map<String, String> labels = Map.of();

    @Option(
            names = "--within",
            converter = RegionConverter.class,
            paramLabel = "LAT,LON,RADIUS|FILE",
            description =
                    "Only from nodes whose location is in this region: a circle, such as 61.1,-150,200km, or a file of"
                            + " GeoJSON with polygons.")
    private @Nullable Region within;

    @Option(names = "--count", paramLabel = "N", description = "End after N samples.")
    private @Nullable Long count;

    @Option(
            names = "--json",
            description =
                    "Print one line of JSON for each sample: {\"node\":..,\"epoch\":..,\"sequence\":..,\"missed\":..,\"time\":..,\"value\":..}."
                            + " NaN and infinities are the strings \"NaN\", \"Infinity\" and \"-Infinity\".")
    private boolean json;

    @Option(
            names = "--events",
            description =
                    "With --json: also print {\"joined\":NODE} for each node before its first sample, {\"ended\":NODE} when"
                            + " it gives no more, and {\"idle\":NODE} when it gave nothing for --idle. For 'broccoli window'.")
    private boolean events;

    @Option(
            names = "--idle",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "With --events: a node that is asked and gives nothing for this time is idle. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Duration idle = Duration.ofSeconds(10);

    @Option(
            names = "--after",
            paramLabel = "FILE",
            description =
                    "Go on behind the positions in this file, and keep those of what is printed there, each second and"
                            + " at the end. A sample that was dropped meanwhile counts as missed.")
    private @Nullable Path after;

    @Option(
            names = "--resume",
            paramLabel = "FILE",
            description = "Go on behind the positions in this file, which 'broccoli window --after' keeps.")
    private @Nullable Path resume;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        FeedOptions feed = FeedOptions.DEFAULTS.fromNodes(nodes);
        for (Map.Entry<String, String> label : labels.entrySet()) {
            feed = feed.withLabel(label.getKey(), label.getValue());
        }
        if (within != null) {
            feed = feed.within(within);
        }
        if (events && !json) {
            throw new ParameterException(spec.commandLine(), "--events needs --json");
        }
        if (after != null && resume != null) {
            throw new ParameterException(spec.commandLine(), "--after and --resume exclude each other");
        }
        FeedPositions positions = after == null ? null : new FeedPositions(after);
        if (positions != null) {
            feed = feed.resumeAfter(positions.all());
        } else if (resume != null) {
            feed = feed.resumeAfter(new PositionFile(resume).read().after());
        }
        FeedOptions chosen = feed;
        PrintWriter err = spec.commandLine().getErr();
        try (Session session = Session.join(options, err)) {
            if (positions != null) {
                session.open(() -> positions); // Ctrl-C writes them, too
            }
            session.awaitConnected();
            Flux<Sample<Object>> samples = session.cluster()
                    .feed(
                            name,
                            Object.class,
                            feed.skipFailures((node, why) -> err.println("broccoli: " + why.getMessage())));
            FeedSources sources = new FeedSources(session.cluster(), name, chosen, options.timeout);
            FeedEvents news = events ? new FeedEvents(sources, idle) : null;
            print(samples.take(count == null ? Long.MAX_VALUE : count), session, sources, news, positions);
            return session.status(0);
        }
    }

    /** Printed by this thread, since a full pipe would hold up one of the cluster's. */
    private void print(
            Flux<Sample<Object>> samples,
            Session session,
            FeedSources sources,
            @Nullable FeedEvents news,
            @Nullable FeedPositions positions)
            throws Exception {
        Pull<Sample<Object>> pull = samples.subscribeWith(new Pull<>());
        long limit = options.timeout.toNanos();
        long step = news == null ? limit : Math.min(limit, FeedEvents.BETWEEN_LOOKS.toNanos());
        long silence = 0;
        long looked = System.nanoTime();
        try {
            while (true) {
                long before = System.nanoTime();
                Signal<Sample<Object>> next = pull.next(Duration.ofNanos(Math.min(step, limit - silence)));
                long now = System.nanoTime();
                silence += now - before;
                if (news != null) {
                    print(news.news(
                            now - looked, now - before, session.trouble().isEmpty()));
                    looked = now;
                }
                if (next == null && silence < limit) {
                    continue;
                }
                if (next == null) {
                    throw new TimeoutException("no sample of the feed '" + name + "' within "
                            + DurationConverter.format(options.timeout) + " in cluster '" + options.cluster + "' at "
                            + session.broker() + ": " + session.trouble().orElseGet(sources::described));
                }
                Sample<Object> sample = next.get();
                if (sample == null) {
                    return; // enough
                }
                sources.heard(sample.node(), silence);
                silence = 0;
                if (news != null) {
                    print(news.heard(sample.node()));
                }
                if (!print(sample)) {
                    return; // nobody reads it
                }
                if (positions != null) {
                    positions.printed(sample);
                }
                sources.newlySilent().forEach(this::tellSilence);
            }
        } finally {
            pull.dispose();
        }
    }

    private void print(List<Map<String, Object>> news) {
        if (!news.isEmpty()) {
            PrintWriter out = spec.commandLine().getOut();
            news.forEach(each -> out.println(Json.write(each)));
            out.flush();
        }
    }

    private void tellSilence(String node) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("broccoli: no sample of node " + node + " within " + DurationConverter.format(options.timeout)
                + "; others gave some");
        err.flush();
    }

    /** @return whether somebody reads it */
    private boolean print(Sample<Object> sample) {
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.println(line(sample));
        } catch (Json.NoJsonException none) { // the next one may be printed, and those of other nodes
            PrintWriter err = spec.commandLine().getErr();
            err.println(
                    "broccoli: sample " + sample.sequence() + " of node " + sample.node() + ": " + none.getMessage());
            err.flush();
        }
        return !out.checkError(); // it flushes
    }

    private String line(Sample<Object> sample) {
        if (json) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("node", sample.node());
            line.put("epoch", sample.epoch());
            line.put("sequence", sample.sequence());
            line.put("missed", sample.missed());
            line.put("time", sample.time().toString());
            line.put("value", sample.value());
            return Json.write(line);
        }
        String missed = sample.missed() == 0 ? "" : "  (" + sample.missed() + " missed before)";
        return sample.time() + "  " + sample.node() + "  " + sample.sequence() + "  " + Json.show(sample.value())
                + missed;
    }
}
