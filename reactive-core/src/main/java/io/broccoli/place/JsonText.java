package io.broccoli.place;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON (RFC 8259) of bounded length and depth as maps, lists, strings, doubles, booleans and null. */
final class JsonText {

    /** Longest text, in characters. */
    static final int MAX_LENGTH = 16 << 20;

    private static final int MAX_DEPTH = 64;

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException if it is no JSON; the message names line and column */
    static @Nullable Object read(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("GeoJSON: the text has " + text.length() + " characters, and at most "
                    + MAX_LENGTH + " are read: simplify it");
        }
        JsonText json = new JsonText(text.startsWith("\uFEFF") ? text.substring(1) : text);
        Object value = json.value(0);
        json.space();
        if (json.at < json.text.length()) {
            throw json.wrong("there is more behind the end");
        }
        return value;
    }

    private @Nullable Object value(int depth) {
        space();
        if (depth > MAX_DEPTH) {
            throw wrong("it is nested more than " + MAX_DEPTH + " deep");
        }
        char next = peek();
        switch (next) {
            case '{':
                return object(depth);
            case '[':
                return list(depth);
            case '"':
                return string();
            case 't':
                pass("true");
                return true;
            case 'f':
                pass("false");
                return false;
            case 'n':
                pass("null");
                return null;
            default:
                return number();
        }
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> object = new HashMap<>();
        at++;
        space();
        if (peek() == '}') {
            at++;
            return object;
        }
        do {
            space();
            if (peek() != '"') {
                throw wrong("a name in quotation marks is expected");
            }
            String name = string();
            space();
            expect(':');
            if (object.containsKey(name)) {
                throw wrong("the name \"" + name + "\" stands there twice");
            }
            object.put(name, value(depth + 1));
            space();
        } while (goesOn('}'));
        return object;
    }

    private List<@Nullable Object> list(int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        at++;
        space();
        if (peek() == ']') {
            at++;
            return list;
        }
        do {
            list.add(value(depth + 1));
            space();
        } while (goesOn(']'));
        return list;
    }

    /** Whether a comma stands here, and not the end; it is passed. */
    private boolean goesOn(char end) {
        char next = peek();
        if (next != ',' && next != end) {
            throw wrong("a comma or " + end + " is expected");
        }
        at++;
        return next == ',';
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        at++;
        for (char next = peek(); next != '"'; next = peek()) {
            if (next < ' ') {
                throw wrong("a line break, or another control character, in a string");
            }
            at++;
            string.append(next == '\\' ? escaped() : next);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char next = peek();
        at++;
        return switch (next) {
            case '"', '\\', '/' -> next;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("no escape has the letter " + next);
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0 || peek() > 'f') {
                throw wrong("four hexadecimal digits are expected");
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }

    private void pass(String word) {
        if (!text.startsWith(word, at)) {
            throw unexpected();
        }
        at += word.length();
    }

    private Double number() {
        int from = at;
        at += has('-') ? 1 : 0;
        int whole = digits();
        if (whole == 0 || whole > 1 && text.charAt(at - whole) == '0') {
            at = from;
            throw unexpected();
        }
        if (has('.')) {
            at++;
            requireDigits();
        }
        if (has('e') || has('E')) {
            at++;
            at += has('+') || has('-') ? 1 : 0;
            requireDigits();
        }
        return Double.valueOf(text.substring(from, at));
    }

    private void requireDigits() {
        if (digits() == 0) {
            throw wrong("a digit is expected");
        }
    }

    private int digits() {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - from;
    }

    private boolean has(char wanted) {
        return at < text.length() && text.charAt(at) == wanted;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw wrong(wanted + " is expected");
        }
        at++;
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("it ends too early");
        }
        return text.charAt(at);
    }

    private IllegalArgumentException unexpected() {
        return wrong("a value cannot begin with '" + peek() + "'");
    }

    private IllegalArgumentException wrong(String problem) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(at, text.length()); i++) {
            column = text.charAt(i) == '\n' ? 1 : column + 1;
            line += text.charAt(i) == '\n' ? 1 : 0;
        }
        return new IllegalArgumentException("GeoJSON, line " + line + ", column " + column + ": " + problem);
    }
}
