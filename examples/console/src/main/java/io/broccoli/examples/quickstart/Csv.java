package io.broccoli.examples.quickstart;

import java.util.ArrayList;
import java.util.List;

/** One line of comma-separated values (RFC 4180, without line breaks in fields). */
final class Csv {

    private Csv() {}

    /** @throws IllegalArgumentException if a quoted field is not closed */
    static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"'); // two quotes within a quoted field are one
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("a quoted field is not closed: " + line);
        }
        fields.add(field.toString());
        return fields;
    }
}
