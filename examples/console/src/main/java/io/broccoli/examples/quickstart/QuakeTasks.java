package io.broccoli.examples.quickstart;

import io.broccoli.task.TaskMethod;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** What the twelve nodes can do, besides the built-in tasks. Records travel as they are. */
public final class QuakeTasks {

    private final Duration serviceTime;

    /** @param serviceTime how long a node is busy with one earthquake, as a board would be */
    public QuakeTasks(Duration serviceTime) {
        this.serviceTime = serviceTime;
    }

    @TaskMethod
    public Mono<Shock> energy(Quake quake) {
        return Mono.delay(serviceTime).map(tick -> new Shock(quake, quake.joules()));
    }

    @TaskMethod
    public Digest digest(Shock shock) {
        return Digest.of(shock);
    }

    /** Associative, so a stream can be reduced by it. */
    @TaskMethod
    public Digest merge(List<Digest> digests) {
        return digests.stream().reduce(Digest::plus).orElseThrow();
    }
}
