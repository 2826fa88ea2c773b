package io.broccoli.perf.throughput;

import static io.broccoli.perf.throughput.Sums.ADD;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.cluster.Delivery;
import io.broccoli.cluster.Hedging;
import io.broccoli.cluster.RateLimit;
import io.broccoli.cluster.RetryPolicy;
import io.broccoli.perf.measure.Latencies;
import io.broccoli.perf.measure.Spread;
import io.broccoli.perf.measure.Table;
import io.broccoli.route.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * What each guarantee costs beside a stream that asks for as little as it can: unordered, no deadline, no retry. Both take turns, A B
 * A B; messages and bytes are counted at the client, both ways.
 */
final class Guarantees {

    private static final int STREAM = 50_000;
    private static final int ALONE = 500;
    private static final int NEVER_REACHED = 100_000_000;

    private final Table table;
    private final Map<String, Object> figures;
    private final int turns;

    /** @param figures where figures are put beside being printed */
    Guarantees(Table table, Map<String, Object> figures, int turns) {
        this.table = table;
        this.figures = figures;
        this.turns = turns;
    }

    private record Guarantee(String name, Cluster cluster, UnaryOperator<Canvas> choice) {
        Canvas canvas() {
            return choice.apply(Canvas.on(cluster));
        }
    }

    /** Of one turn: all in a row, then one after another. */
    private record Cost(double itemsPerSecond, Traffic together, double p50, Traffic alone) {}

    private static Canvas bare(Canvas canvas) {
        return canvas.with(of -> of.withOrdered(false).withTimeout(Duration.ZERO));
    }

    /** @param acknowledged a cluster whose messages the broker acknowledges (QoS 1) */
    void measure(Cluster cluster, Cluster acknowledged) throws InterruptedException {
        List<Guarantee> guarantees = List.of(
                new Guarantee("in order", cluster, canvas -> bare(canvas).with(of -> of.withOrdered(true))),
                new Guarantee(
                        "deadline", cluster, canvas -> bare(canvas).with(of -> of.withTimeout(Duration.ofSeconds(30)))),
                new Guarantee(
                        "expiry", cluster, canvas -> bare(canvas).with(of -> of.withExpiry(Duration.ofSeconds(30)))),
                new Guarantee("retry", cluster, canvas -> bare(canvas)
                        .withRetry(RetryPolicy.backoff(3, Duration.ofMillis(100)))),
                new Guarantee("at most once", cluster, canvas -> bare(canvas)
                        .with(of -> of.withDelivery(Delivery.AT_MOST_ONCE))),
                new Guarantee(
                        "hedging", cluster, canvas -> bare(canvas).with(of -> of.withHedging(Hedging.stragglers()))),
                new Guarantee("rate limit (never reached)", cluster, canvas -> bare(canvas)
                        .with(of -> of.withRate(RateLimit.perSecond(NEVER_REACHED)))),
                new Guarantee("order by key, 64 keys", cluster, canvas -> bare(canvas)
                        .with(of -> of.withRouter(Router.byKeyInOrder(Integer.class, item -> item % 64)))),
                new Guarantee("QoS 1 (acknowledged by the broker)", acknowledged, Guarantees::bare));
        Guarantee nothing = new Guarantee("nothing", cluster, Guarantees::bare);
        run(nothing);
        for (Guarantee each : guarantees) {
            run(each); // warm
            List<Cost> with = new ArrayList<>();
            List<Cost> without = new ArrayList<>();
            for (int turn = 0; turn < turns; turn++) {
                with.add(run(each));
                without.add(run(nothing));
            }
            report(each.name, with, without);
        }
    }

    private static Cost run(Guarantee guarantee) throws InterruptedException {
        Canvas canvas = guarantee.canvas();
        Traffic start = Traffic.of(guarantee.cluster);
        long began = System.nanoTime();
        check(Flux.range(0, STREAM).transform(canvas.map(ADD.s(Sums.ADDEND))), STREAM);
        double seconds = (System.nanoTime() - began) / 1e9;
        Traffic together = Traffic.of(guarantee.cluster).since(start);
        Traffic between = Traffic.of(guarantee.cluster);
        Latencies latencies = new Latencies();
        for (int item = 0; item < ALONE; item++) {
            long sent = System.nanoTime();
            check(Flux.just(item).transform(canvas.map(ADD.s(Sums.ADDEND))), 1);
            latencies.record(System.nanoTime() - sent);
        }
        Traffic alone = Traffic.of(guarantee.cluster).since(between);
        return new Cost(STREAM / seconds, together, latencies.percentile(50), alone);
    }

    private static void check(Flux<Integer> results, int expected) {
        Long count = results.count().block(Duration.ofMinutes(2));
        if (count == null || count != expected) {
            throw new IllegalStateException(count + " results for " + expected + " items");
        }
    }

    private void report(String name, List<Cost> with, List<Cost> without) {
        Spread rate = ratio(with, without, Cost::itemsPerSecond);
        Spread p50 = ratio(with, without, Cost::p50);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("items_per_second_ratio", rate);
        row.put("p50_alone_ratio", p50);
        String counts = counted(row, "bytes", with, without, cost -> cost.together.bytes() / STREAM)
                + counted(row, "messages", with, without, cost -> cost.together.messages() / STREAM)
                + counted(row, "bytes alone", with, without, cost -> cost.alone.bytes() / ALONE)
                + counted(row, "messages alone", with, without, cost -> cost.alone.messages() / ALONE);
        figures.put(name, row);
        table.note(String.format(
                Locale.ROOT,
                "%-34s items/s x %.2f (%.2f-%.2f), p50 alone x %.2f (%.2f-%.2f)%s",
                name,
                rate.median(),
                rate.min(),
                rate.max(),
                p50.median(),
                p50.min(),
                p50.max(),
                counts));
    }

    private static String counted(
            Map<String, Object> row, String what, List<Cost> with, List<Cost> without, Figure figure) {
        double on = each(with, figure);
        double off = each(without, figure);
        row.put(what, Map.of("with", on, "without", off));
        return String.format(Locale.ROOT, "; %s %.3f, without %.3f", what, on, off);
    }

    private interface Figure {
        double of(Cost cost);
    }

    private static Spread ratio(List<Cost> with, List<Cost> without, Figure figure) {
        List<Double> ratios = new ArrayList<>();
        for (int turn = 0; turn < with.size(); turn++) {
            ratios.add(figure.of(with.get(turn)) / figure.of(without.get(turn)));
        }
        return Spread.of(ratios);
    }

    private static double each(List<Cost> costs, Figure figure) {
        return Spread.of(costs.stream().map(figure::of).toList()).median();
    }
}
