package io.broccoli.internal.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the text of an expression into postfix order. Nothing of the text is ever called or looked up. */
public final class Grammar {

    /** Most UTF-16 units of the text of an expression. */
    public static final int LONGEST = 1024;

    private static final int MOST_PARENTHESES = 16;
    private static final Set<String> COMPARISONS = Set.of("<", "<=", ">", ">=", "==", "!=");

    private final String text;
    private int next;
    private int nested;

    private Grammar(String text) {
        this.text = text;
    }

    /**
     * Reads an expression such as {@code value.rssi < -70 and not value.muted}.
     *
     * @return as it travels
     * @throws IllegalArgumentException if it is none; the message says where
     */
    public static List<@Nullable Object> parse(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("an expression has at most " + LONGEST + " characters");
        }
        Grammar grammar = new Grammar(text);
        List<@Nullable Object> out = new ArrayList<>();
        grammar.or(out);
        grammar.blanks();
        if (grammar.next < text.length()) {
            throw grammar.unexpected("an operator");
        }
        return out;
    }

    private void or(List<@Nullable Object> out) {
        and(out);
        while (takesWord("or")) {
            List<@Nullable Object> right = new ArrayList<>();
            right.add("or");
            and(right);
            out.add(right);
        }
    }

    private void and(List<@Nullable Object> out) {
        not(out);
        while (takesWord("and")) {
            List<@Nullable Object> right = new ArrayList<>();
            right.add("and");
            not(right);
            out.add(right);
        }
    }

    private void not(List<@Nullable Object> out) {
        int times = 0;
        while (takesWord("not")) {
            times++;
        }
        comparison(out);
        for (; times > 0; times--) {
            out.add("not");
        }
    }

    private void comparison(List<@Nullable Object> out) {
        sum(out);
        blanks();
        for (int length = 2; length > 0; length--) {
            String operator = text.substring(next, Math.min(text.length(), next + length));
            if (COMPARISONS.contains(operator)) {
                next += length;
                sum(out);
                out.add(operator);
                return;
            }
        }
    }

    private void sum(List<@Nullable Object> out) {
        product(out);
        for (char operator = takes("+-"); operator != 0; operator = takes("+-")) {
            product(out);
            out.add(String.valueOf(operator));
        }
    }

    private void product(List<@Nullable Object> out) {
        sign(out);
        for (char operator = takes("*/%"); operator != 0; operator = takes("*/%")) {
            sign(out);
            out.add(String.valueOf(operator));
        }
    }

    private void sign(List<@Nullable Object> out) {
        int times = 0;
        while (takes("-") != 0) {
            times++;
        }
        operand(out);
        for (; times > 0; times--) {
            out.add("neg");
        }
    }

    private void operand(List<@Nullable Object> out) {
        blanks();
        char first = next < text.length() ? text.charAt(next) : 0;
        if (first == '(') {
            next++;
            if (++nested > MOST_PARENTHESES) {
                throw new IllegalArgumentException(
                        "an expression has at most " + MOST_PARENTHESES + " parentheses in one another");
            }
            or(out);
            nested--;
            if (takes(")") == 0) {
                throw unexpected("')'");
            }
        } else if (first == '\'' || first == '"') {
            int end = text.indexOf(first, next + 1);
            if (end < 0) {
                throw new IllegalArgumentException("the text at " + (next + 1) + " has no end in: " + text);
            }
            out.add("'" + text.substring(next + 1, end));
            next = end + 1;
        } else if (isDigit(first)) {
            out.add(number());
        } else {
            name(out);
        }
        while (next < text.length() && text.charAt(next) == '.') {
            next++;
            String field = word();
            if (field.isEmpty()) {
                throw unexpected("the name of a field");
            }
            out.add("." + field);
        }
    }

    private void name(List<@Nullable Object> out) {
        int start = next;
        String word = word();
        switch (word) {
            case "value", "time", "sequence" -> out.add(word);
            case "true", "false" -> out.add(word.equals("true"));
            case "null" -> out.add(null);
            default -> {
                next = start;
                throw unexpected("value, time, sequence, a number or '('");
            }
        }
    }

    private Number number() {
        int start = next;
        digits();
        boolean whole = true;
        if (next + 1 < text.length() && text.charAt(next) == '.' && isDigit(text.charAt(next + 1))) {
            whole = false;
            next++;
            digits();
        }
        if (next < text.length() && (text.charAt(next) == 'e' || text.charAt(next) == 'E')) {
            whole = false;
            next++;
            if (next < text.length() && (text.charAt(next) == '-' || text.charAt(next) == '+')) {
                next++;
            }
            if (next >= text.length() || !isDigit(text.charAt(next))) {
                throw unexpected("an exponent");
            }
            digits();
        }
        String digits = text.substring(start, next);
        if (whole) {
            try {
                return Numbers.plain(Long.valueOf(digits));
            } catch (NumberFormatException tooLarge) {
                return Double.valueOf(digits);
            }
        }
        return Double.valueOf(digits);
    }

    private void digits() {
        while (next < text.length() && isDigit(text.charAt(next))) {
            next++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private String word() {
        int start = next;
        while (next < text.length() && (Character.isLetterOrDigit(text.charAt(next)) || text.charAt(next) == '_')) {
            next++;
        }
        return text.substring(start, next);
    }

    private boolean takesWord(String wanted) {
        blanks();
        int start = next;
        if (word().equals(wanted)) {
            return true;
        }
        next = start;
        return false;
    }

    private char takes(String any) {
        blanks();
        if (next < text.length() && any.indexOf(text.charAt(next)) >= 0) {
            return text.charAt(next++);
        }
        return 0;
    }

    private void blanks() {
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            next++;
        }
    }

    private IllegalArgumentException unexpected(String wanted) {
        String found = next < text.length() ? "'" + text.charAt(next) + "' at " + (next + 1) : "the end";
        return new IllegalArgumentException(wanted + " is expected, and not " + found + ", in: " + text);
    }
}
