package io.broccoli.examples;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Rows of text with aligned columns: numbers to the right, words to the left. */
final class Table {

    private static final int LEAST_LAST = 20; // characters of the last column in a line
    private static final String FURTHER = "    ";

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

    /** How wide the terminal is that the launcher found; empty where the output is none. */
    static OptionalInt columns() {
        Integer columns = Integer.getInteger("broccoli.columns");
        return columns == null || columns <= 0 ? OptionalInt.empty() : OptionalInt.of(columns);
    }

    /**
     * Prints the rows. What is wider than {@code columns} goes on in further lines, below the beginning of the last column, or
     * indented where that leaves no room.
     */
    void print(PrintWriter out, String indent, int columns) {
        int[] widths = new int[header.size()];
        boolean[] right = new boolean[header.size()];
        for (int column = 0; column < widths.length; column++) {
            int place = column;
            widths[column] = Math.max(
                    header.get(place).length(),
                    rows.stream().mapToInt(row -> row.get(place).length()).max().orElse(0));
            right[column] = !rows.isEmpty() && rows.stream().allMatch(row -> isNumber(row.get(place)));
        }
        print(out, indent, header, widths, right, columns);
        rows.forEach(row -> print(out, indent, row, widths, right, columns));
    }

    private static void print(
            PrintWriter out, String indent, List<String> row, int[] widths, boolean[] right, int columns) {
        StringBuilder line = new StringBuilder(indent);
        int last = widths.length - 1;
        for (int column = 0; column < last; column++) {
            String cell = row.get(column);
            String padding = " ".repeat(widths[column] - cell.length());
            line.append(right[column] ? padding + cell : cell + padding).append("  ");
        }
        String rest = right[last] ? " ".repeat(widths[last] - row.get(last).length()) + row.get(last) : row.get(last);
        int begins = line.length();
        if (columns - begins < LEAST_LAST && begins + rest.length() > columns) {
            out.println(line.toString().stripTrailing());
            begins = indent.length() + FURTHER.length();
            line = new StringBuilder(indent + FURTHER);
        }
        for (String piece : wrapped(rest, columns - begins)) {
            out.println(line.append(piece).toString().stripTrailing());
            line = new StringBuilder(" ".repeat(begins));
        }
    }

    /** At spaces, where there are any. */
    private static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > Math.max(width, LEAST_LAST)) {
            int space = rest.lastIndexOf(' ', Math.max(width, LEAST_LAST));
            int end = space > 0 ? space : Math.max(width, LEAST_LAST);
            lines.add(rest.substring(0, end));
            rest = rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }

    private static boolean isNumber(String cell) {
        return cell.chars().anyMatch(c -> c >= '0' && c <= '9')
                && cell.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.,eE/".indexOf(c) >= 0);
    }
}
