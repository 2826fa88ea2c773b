package io.broccoli.examples;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text with aligned columns: numbers to the right, words to the left. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> header;

    Table(String... header) {
        this.header = List.of(header);
    }

    Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
        return this;
    }

    void print(PrintWriter out, String indent) {
        int[] widths = new int[header.size()];
        boolean[] right = new boolean[header.size()];
        for (int column = 0; column < widths.length; column++) {
            int place = column;
            widths[column] = Math.max(
                    header.get(place).length(),
                    rows.stream().mapToInt(row -> row.get(place).length()).max().orElse(0));
            right[column] = !rows.isEmpty() && rows.stream().allMatch(row -> isNumber(row.get(place)));
        }
        print(out, indent, header, widths, right);
        rows.forEach(row -> print(out, indent, row, widths, right));
    }

    private static void print(PrintWriter out, String indent, List<String> row, int[] widths, boolean[] right) {
        StringBuilder line = new StringBuilder(indent);
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            String padding = " ".repeat(widths[column] - cell.length());
            line.append(right[column] ? padding + cell : cell + padding).append("  ");
        }
        out.println(line.toString().stripTrailing());
    }

    private static boolean isNumber(String cell) {
        return cell.chars().anyMatch(c -> c >= '0' && c <= '9')
                && cell.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.,eE/".indexOf(c) >= 0);
    }
}
