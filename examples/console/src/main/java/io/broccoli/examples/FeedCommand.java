package io.broccoli.examples;

import io.broccoli.examples.text.Json;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Sample;
import io.broccoli.place.Region;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
        PrintWriter err = spec.commandLine().getErr();
        try (Session session = Session.join(options, err)) {
            session.awaitConnected();
            Flux<Sample<Object>> samples = session.cluster()
                    .feed(
                            name,
                            Object.class,
                            feed.skipFailures((node, why) -> err.println("broccoli: " + why.getMessage())));
            print(
                    samples.take(count == null ? Long.MAX_VALUE : count),
                    session,
                    new FeedSources(session.cluster(), name, feed, options.timeout));
            return session.status(0);
        }
    }

    /** Printed by this thread, since a full pipe would hold up one of the cluster's. */
    private void print(Flux<Sample<Object>> samples, Session session, FeedSources sources) throws Exception {
        Pull<Sample<Object>> pull = samples.subscribeWith(new Pull<>());
        try {
            while (true) {
                long before = System.nanoTime();
                Signal<Sample<Object>> next = pull.next(options.timeout);
                if (next == null) {
                    throw new TimeoutException("no sample of the feed '" + name + "' within "
                            + DurationConverter.format(options.timeout) + " in cluster '" + options.cluster + "' at "
                            + session.broker() + ": " + session.trouble().orElseGet(sources::described));
                }
                Sample<Object> sample = next.get();
                if (sample == null) {
                    return; // enough
                }
                sources.heard(sample.node(), System.nanoTime() - before);
                print(sample);
                sources.newlySilent().forEach(this::tellSilence);
            }
        } finally {
            pull.dispose();
        }
    }

    private void tellSilence(String node) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("broccoli: no sample of node " + node + " within " + DurationConverter.format(options.timeout)
                + "; others gave some");
        err.flush();
    }

    private void print(Sample<Object> sample) {
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.println(line(sample));
        } catch (Json.NoJsonException none) { // the next one may be printed, and those of other nodes
            PrintWriter err = spec.commandLine().getErr();
            err.println(
                    "broccoli: sample " + sample.sequence() + " of node " + sample.node() + ": " + none.getMessage());
            err.flush();
        }
        out.flush();
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
