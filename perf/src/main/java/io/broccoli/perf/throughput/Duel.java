package io.broccoli.perf.throughput;

import io.broccoli.perf.measure.Block;
import io.broccoli.perf.measure.Load;
import io.broccoli.perf.measure.Meter;
import io.broccoli.perf.measure.Pairs;
import io.broccoli.perf.measure.Report;
import io.broccoli.perf.measure.Row;
import io.broccoli.perf.measure.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One scenario: our side and the yardstick at each of its batch sizes take turns, A B C A B C. Ours is held against the yardstick
 * that was the fastest.
 */
final class Duel {

    /** Turns that may be added because others were noisy. */
    private static final int MOST_RETRIES = 2;

    private final String id;
    private final Map<String, Object> params;
    private final Load load;
    private final Contender ours;
    private final List<Contender> yardsticks = new ArrayList<>();

    private static final class Contender {
        final Subject subject;
        final String name;
        final int batch;
        final List<Block> blocks = new ArrayList<>();
        Load load;

        Contender(Subject subject, String name, Load load) {
            this.subject = subject;
            this.name = name;
            this.batch = load.batch();
            this.load = load;
        }

        Block measure(Meter meter) throws InterruptedException {
            Block block = meter.measure(subject, load);
            blocks.add(block);
            return block;
        }
    }

    /** @param items of each measured run; 0: as many as take long enough */
    Duel(String id, Map<String, Object> params, int items, int inFlight, Subject ours) {
        this.id = id;
        this.params = params;
        this.load = new Load(items, inFlight, 0);
        this.ours = new Contender(ours, ours.name(), load);
    }

    Duel against(Subject yardstick, int batch) {
        String name = batch == 1 ? yardstick.name() : yardstick.name() + ", by " + batch;
        yardsticks.add(new Contender(yardstick, name, new Load(load.items(), load.inFlight(), batch)));
        return this;
    }

    /** @param target of items/s; of latency where one item is in flight */
    void fight(Meter meter, int pairs, Report report, double target) throws InterruptedException {
        List<Contender> all = new ArrayList<>(List.of(ours));
        all.addAll(yardsticks);
        for (Contender each : all) {
            double rate = meter.warmUp(each.subject, each.load);
            if (load.items() == 0) {
                each.load = meter.sized(each.load, rate);
            }
        }
        Map<Contender, Pairs> turns = new LinkedHashMap<>();
        for (Contender each : yardsticks) {
            turns.put(each, new Pairs());
        }
        for (int turn = 0; turn < pairs + MOST_RETRIES; turn++) {
            if (turn >= pairs && turns.values().stream().noneMatch(Pairs::isNoisy)) {
                break;
            }
            Block mine = ours.measure(meter);
            for (Contender each : yardsticks) {
                turns.getOrDefault(each, new Pairs()).add(mine, each.measure(meter));
            }
        }
        report(report, turns, target);
    }

    private void report(Report report, Map<Contender, Pairs> turns, double target) {
        Row mine = report.add(row(ours));
        Row fastest = null;
        Pairs pairs = null;
        for (Map.Entry<Contender, Pairs> each : turns.entrySet()) {
            Row row = report.add(row(each.getKey()));
            if (fastest == null || row.median(Block::rate) > fastest.median(Block::rate)) {
                fastest = row;
                pairs = each.getValue();
            }
        }
        if (fastest == null || pairs == null) {
            return;
        }
        boolean alone = load.inFlight() == 1;
        report.compare(mine, fastest, pairs, alone ? Double.NaN : target, alone ? target : Double.NaN);
    }

    private Row row(Contender of) {
        return new Row(id, of.name, params, "items/s", of.blocks);
    }
}
