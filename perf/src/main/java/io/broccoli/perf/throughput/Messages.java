package io.broccoli.perf.throughput;

import static io.broccoli.perf.throughput.Sums.ADD;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.perf.measure.Table;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What small jobs cost in messages: counted at the client, both ways, with all frames of the credit protocol. Cold: the client holds
 * no credit when the job begins, and the frames that give the rest back are counted too.
 */
final class Messages {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int TASKS = 100;
    private static final int CHAINS = 1_000;

    /** Long enough for unused credit to be given back. */
    static final Duration IDLE = Duration.ofMillis(2_500);

    private final Table table;
    private final Map<String, Object> figures;

    /** @param figures where figures are put beside being printed */
    Messages(Table table, Map<String, Object> figures) {
        this.table = table;
        this.figures = figures;
    }

    /** @param single a cluster in which each frame holds one task or result */
    void count(Cluster batched, Cluster single) throws InterruptedException {
        Canvas many = Canvas.on(batched);
        Canvas one = Canvas.on(single);
        var group = Canvas.group(Canvas.range(0, TASKS).map(item -> ADD.s(item, item)));
        List<List<Integer>> items =
                IntStream.range(0, TASKS).mapToObj(item -> List.of(item, item)).toList();
        var chain = Canvas.chain(ADD.s(4, 4), ADD.s(8), ADD.s(10));
        count("100 add, one in a frame", TASKS, single, one.run(group));
        count("100 add, batched", TASKS, batched, many.run(group));
        count("100 add, in chunks of 10", TASKS, batched, many.run(Canvas.chunks(ADD, items, 10)));
        count(
                "100 add, stream of chunks",
                TASKS,
                batched,
                many.stream(Canvas.chunks(ADD, items, 10)).then());
        count("chain of 3", 1, batched, many.run(chain));
        Flux<Integer> chains =
                Flux.range(0, CHAINS).transform(many.withWindow(1).map(Canvas.chain(ADD.s(4), ADD.s(8), ADD.s(10))));
        count("1,000 chains of 3, one at a time", CHAINS, batched, chains.then());
        Flux<Integer> together = Flux.range(0, CHAINS).transform(many.map(Canvas.chain(ADD.s(4), ADD.s(8), ADD.s(10))));
        count("1,000 chains of 3, a stream", CHAINS, batched, together.then());
        Flux<Integer> stream = Flux.range(0, CHAINS).transform(one.map(ADD.s(8)));
        count("1,000 add, one in a frame", CHAINS, single, stream.then());
    }

    private void count(String what, int tasks, Cluster cluster, Mono<?> job) throws InterruptedException {
        job.block(LONGEST); // what is known of nodes and functions is known from here on
        Thread.sleep(IDLE.toMillis());
        Traffic before = Traffic.of(cluster);
        job.block(LONGEST);
        Traffic used = Traffic.of(cluster).since(before);
        Thread.sleep(IDLE.toMillis());
        Traffic all = Traffic.of(cluster).since(before);
        double messages = used.messages() / tasks;
        double bytes = used.bytes() / tasks;
        table.note(String.format(
                Locale.ROOT,
                "%-34s %7.3f messages and %7.1f payload bytes each; %.0f messages in all, %.0f with the return of credit",
                what,
                messages,
                bytes,
                used.messages(),
                all.messages()));
        figures.put(
                what,
                Map.of(
                        "messages_each",
                        messages,
                        "payload_bytes_each",
                        bytes,
                        "messages",
                        used.messages(),
                        "messages_with_return_of_credit",
                        all.messages()));
    }
}
