package io.broccoli.examples;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.cluster.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * News of the nodes of a feed, as windows need them: which ones give it, which give it no more, and which were asked and gave
 * nothing. Used by one thread.
 */
final class FeedEvents {

    /** Looking at all nodes for each of many samples would take longer than printing them. */
    static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

    private final FeedSources sources;
    private final long limit;
    private final Map<String, Long> heard = new HashMap<>(); // by node, those that joined
    private final Set<String> idle = new HashSet<>();
    private long waited; // while nodes were asked
    private long unlooked = BETWEEN_LOOKS.toNanos();

    /** @param limit a node that is asked and gives nothing for this time is idle */
    FeedEvents(FeedSources sources, Duration limit) {
        this.sources = sources;
        this.limit = limit.toNanos();
    }

    /**
     * What is new.
     *
     * @param passed since this was last called, in nanoseconds
     * @param asking for how much of it a sample was waited for: a full pipe makes no node idle
     * @param connected whether the nodes can be reached; if not, none becomes idle and none has left
     */
    List<Map<String, Object>> news(long passed, long asking, boolean connected) {
        waited += connected ? asking : 0;
        unlooked += passed;
        if (unlooked < BETWEEN_LOOKS.toNanos()) {
            return List.of();
        }
        unlooked = 0;
        List<Map<String, Object>> news = new ArrayList<>();
        Map<String, NodeInfo> nodes = sources.chosen();
        if (connected) {
            for (String gone : new TreeSet<>(heard.keySet())) {
                if (!nodes.containsKey(gone)) {
                    heard.remove(gone);
                    idle.remove(gone);
                    news.add(Map.of("ended", gone));
                }
            }
        }
        nodes.forEach((name, node) -> {
            news.addAll(joined(name));
            if (node.state() != NodeState.ACTIVE) {
                heard.put(name, waited); // it does not answer: its time counts anew when it does
            } else if (waited - heard.getOrDefault(name, waited) > limit && idle.add(name)) {
                news.add(Map.of("idle", name));
            }
        });
        return news;
    }

    /** A node gave a sample. What is returned goes before it. */
    List<Map<String, Object>> heard(String node) {
        List<Map<String, Object>> news = joined(node);
        heard.put(node, waited);
        idle.remove(node);
        return news;
    }

    private List<Map<String, Object>> joined(String node) {
        return heard.putIfAbsent(node, waited) == null ? List.of(Map.of("joined", node)) : List.of();
    }
}
