package io.broccoli.examples;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Source;
import io.broccoli.frame.FunctionInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The nodes that offer a feed, and those of them that are silent. Time counts while the command waits for a sample: a full pipe
 * makes no node silent. Used by one thread.
 */
final class FeedSources {

    /** Looking at all nodes for each of many samples would take longer than printing them. */
    private static final long BETWEEN_LOOKS = Duration.ofMillis(250).toNanos();

    private final Cluster cluster;
    private final String feed;
    private final FeedOptions chosen;
    private final long limit;
    private final Map<String, Long> heard = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private long waited;
    private long looked;

    FeedSources(Cluster cluster, String feed, FeedOptions chosen, Duration limit) {
        this.cluster = cluster;
        this.feed = feed;
        this.chosen = chosen;
        this.limit = limit.toNanos();
    }

    /** The nodes that are asked for the feed now, by name. */
    Map<String, NodeInfo> chosen() {
        Map<String, NodeInfo> nodes = new TreeMap<>();
        offering().stream().filter(this::isChosen).forEach(node -> nodes.put(node.name(), node));
        return nodes;
    }

    /** A sample came, after so many nanoseconds of waiting. */
    void heard(String node, long waiting) {
        waited += waiting;
        heard.put(node, waited);
        told.remove(node);
    }

    /** The nodes that turned out to be silent since this was last asked: each is named once for each silence. */
    List<String> newlySilent() {
        if (waited - looked < BETWEEN_LOOKS) {
            return List.of();
        }
        looked = waited;
        Set<String> offering =
                offering().stream().filter(this::isChosen).map(NodeInfo::name).collect(Collectors.toSet());
        heard.keySet().retainAll(offering);
        told.retainAll(offering);
        List<String> silent = new ArrayList<>();
        for (String node : new TreeSet<>(offering)) {
            Long since = heard.putIfAbsent(node, waited);
            if (since != null && waited - since > limit && told.add(node)) {
                silent.add(node);
            }
        }
        return silent;
    }

    /** Why no sample may have come: what is known of the nodes. */
    String described() {
        List<NodeInfo> nodes = cluster.nodes();
        if (nodes.isEmpty()) {
            return "no node is known";
        }
        List<NodeInfo> offering = offering();
        if (offering.isEmpty()) {
            return "no node offers it. Known: "
                    + nodes.stream()
                            .map(node -> named(node) + ", which offers " + feeds(node))
                            .collect(Collectors.joining("; "));
        }
        List<NodeInfo> silent = offering.stream().filter(this::isChosen).toList();
        return silent.isEmpty()
                ? "--nodes, --label and --within exclude the nodes that offer it: " + named(offering)
                : "silent: " + named(silent) + ". For a source that gives less often, raise --timeout";
    }

    private List<NodeInfo> offering() {
        return cluster.nodes().stream()
                .filter(node ->
                        node.functions().stream().map(FunctionInfo::name).anyMatch((Source.TASK_PREFIX + feed)::equals))
                .toList();
    }

    private boolean isChosen(NodeInfo node) {
        return (chosen.nodes().isEmpty() || chosen.nodes().contains(node.name()))
                && chosen.site().test(node.site());
    }

    private static String named(List<NodeInfo> nodes) {
        return nodes.stream().map(FeedSources::named).collect(Collectors.joining(", "));
    }

    private static String named(NodeInfo node) {
        return node.state() == NodeState.ACTIVE ? node.name() : node.name() + " (" + node.state() + ")";
    }

    private static String feeds(NodeInfo node) {
        String names = node.functions().stream()
                .map(FunctionInfo::name)
                .filter(name -> name.startsWith(Source.TASK_PREFIX))
                .map(name -> name.substring(Source.TASK_PREFIX.length()))
                .collect(Collectors.joining(" "));
        return names.isEmpty() ? "no feed" : names;
    }
}
