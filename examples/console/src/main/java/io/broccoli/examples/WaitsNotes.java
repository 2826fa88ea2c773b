package io.broccoli.examples;

import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.StreamInfo;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Says once a second what the streams of a member wait for, until it is closed. */
final class WaitsNotes implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Disposable looking;

    WaitsNotes(Cluster cluster, Consumer<String> say) {
        looking = Flux.interval(PERIOD)
                .onBackpressureDrop()
                .concatMap(second -> cluster.streams(), 1)
                .filter(streams -> !streams.isEmpty())
                .map(WaitsNotes::described)
                .distinctUntilChanged()
                .subscribe(say);
    }

    /** Those that wait for the same are told together: a file runs several canvases at once. */
    private static String described(List<StreamInfo> streams) {
        return streams.stream()
                .collect(Collectors.groupingBy(
                        stream -> "stream " + stream.name() + " waits for "
                                + stream.waits().reason() + ": "
                                + stream.waits().why(),
                        TreeMap::new,
                        Collectors.counting()))
                .entrySet()
                .stream()
                .map(each -> each.getKey() + (each.getValue() > 1 ? " (" + each.getValue() + " times)" : ""))
                .collect(Collectors.joining("; "));
    }

    @Override
    public void close() {
        looking.dispose();
    }
}
