package io.broccoli.perf.measure;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The figures of one subject in one scenario.
 *
 * @param id of the scenario
 * @param params of the scenario, in the order in which they are shown
 * @param unit of the blocks' rate
 */
public record Row(String id, String subject, Map<String, Object> params, String unit, List<Block> blocks) {

    public Row {
        blocks = List.copyOf(blocks);
    }

    public Spread spread(ToDoubleFunction<Block> figure) {
        return Spread.of(blocks.stream().map(figure::applyAsDouble).toList());
    }

    public double median(ToDoubleFunction<Block> figure) {
        return spread(figure).median();
    }

    /** Results were checked as they came, else there would be no row. */
    public String check() {
        return median(Block::contention) > Contention.MOST ? "noisy" : "ok";
    }
}
