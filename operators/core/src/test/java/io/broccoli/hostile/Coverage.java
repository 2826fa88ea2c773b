package io.broccoli.hostile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which cells were played, and which pairs of two columns' values how often. */
final class Coverage {

    private final Set<Cell> cells = new HashSet<>();
    private final Map<List<Enum<?>>, Integer> pairs = new LinkedHashMap<>();
    private int played;

    Coverage() {
        for (Cell cell : Matrix.POSSIBLE) {
            pairs(cell).forEach(pair -> pairs.put(pair, 0));
        }
    }

    void add(List<Cell> some) {
        for (Cell cell : some) {
            played++;
            cells.add(cell);
            pairs(cell).forEach(pair -> pairs.merge(pair, 1, Integer::sum));
        }
    }

    private static List<List<Enum<?>>> pairs(Cell cell) {
        List<Enum<?>> columns = cell.columns();
        List<List<Enum<?>>> pairs = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            for (int j = i + 1; j < columns.size(); j++) {
                pairs.add(List.of(columns.get(i), columns.get(j)));
            }
        }
        return pairs;
    }

    /** Pairs that can exist and were played less often than that. */
    List<String> rarerThan(int times) {
        return pairs.entrySet().stream()
                .filter(pair -> pair.getValue() < times)
                .map(pair -> pair.getKey().get(0) + " x " + pair.getKey().get(1) + ": " + pair.getValue())
                .toList();
    }

    /** Cells that can exist and were not played. */
    List<Cell> unseen() {
        return Matrix.POSSIBLE.stream().filter(cell -> !cells.contains(cell)).toList();
    }

    String report(int worlds) {
        StringBuilder report = new StringBuilder();
        int least = pairs.values().stream().mapToInt(Integer::intValue).min().orElse(0);
        report.append(worlds + " hostile worlds with " + played + " acts: " + cells.size() + " of "
                + Matrix.POSSIBLE.size() + " cells; all " + pairs.size() + " pairs of two columns' values, each at"
                + " least " + least + " times\n");
        report.append(String.format("%-9s", ""));
        for (Culprit culprit : Culprit.values()) {
            report.append(String.format("%10s", culprit));
        }
        for (Form form : Form.values()) {
            report.append(String.format("%n%-9s", form));
            for (Culprit culprit : Culprit.values()) {
                Integer times = pairs.get(List.<Enum<?>>of(form, culprit));
                report.append(String.format("%10s", times == null ? "-" : times));
            }
        }
        report.append("\ncannot exist:");
        for (Impossible impossible : Impossible.ALL) {
            long cells = Matrix.all().filter(impossible.holds()).count();
            report.append("\n  " + impossible.name() + " (" + cells + "): " + impossible.reason());
        }
        return report.toString();
    }
}
