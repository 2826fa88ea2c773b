package io.broccoli.perf.measure;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints rows and ratios as they come. */
public final class Table {

    private static final String HEADS = "%-9s %-22s %-24s %10s %8s %9s %9s %8s %8s %6s %s%n";
    private static final String FIGURES = "%-9s %-22s %-24s %,10.0f %8.2f %9s %9s %8s %8s %6.2f %s%n";

    private final PrintStream out;
    private boolean headed;

    public Table(PrintStream out) {
        this.out = out;
    }

    public void note(String line) {
        out.println(line);
        out.flush();
    }

    void row(Row row) {
        if (!headed) {
            headed = true;
            out.printf(HEADS, "", "", "", "items/s", "cpu us", "p50 us", "p99 us", "wire B", "messages", "noise", "");
        }
        out.printf(
                Locale.ROOT,
                FIGURES,
                row.id(),
                row.subject(),
                params(row.params()),
                row.median(Block::rate),
                row.median(Block::cpu),
                figure("%,.0f", row.median(Block::p50)),
                figure("%,.0f", row.median(Block::p99)),
                figure("%.1f", row.median(Block::wireBytes)),
                figure("%.3f", row.median(Block::messages)),
                row.median(Block::contention),
                row.check());
        out.flush();
    }

    void ratio(Ratio ratio) {
        Spread spread = ratio.spread();
        out.printf(
                Locale.ROOT,
                "  %s: %.2f of %s (%.2f to %.2f, %d pairs%s) %s%n",
                ratio.goal(),
                spread.median(),
                ratio.b(),
                spread.min(),
                spread.max(),
                spread.n(),
                Double.isNaN(ratio.target())
                        ? ""
                        : String.format(
                                Locale.ROOT, ", %s %.2f", ratio.atLeast() ? "at least" : "at most", ratio.target()),
                ratio.verdict());
        out.flush();
    }

    private static String figure(String format, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }

    private static String params(Map<String, Object> params) {
        return params.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }
}
