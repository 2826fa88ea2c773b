package io.broccoli.canvas.text;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts a text into tokens. */
final class Lexer {

    /** A number with more digits than any double or 64-bit integer needs is a mistake. */
    private static final int LONGEST_NUMBER = 400;

    private static final String SYMBOLS = "()[]{},.=:|-*";

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    /** What a token is. */
    enum Kind {
        NAME,
        NUMBER,
        STRING,
        SYMBOL,
        END
    }

    /**
     * A token.
     *
     * @param text as it stands; of a string what it says
     * @param value of a number
     * @param offset where it begins
     */
    record Token(Kind kind, String text, @Nullable Number value, int offset) {
        boolean is(String symbol) {
            return kind == Kind.SYMBOL && text.equals(symbol);
        }

        boolean opens() {
            return is("(") || is("[") || is("{");
        }

        boolean closes() {
            return is(")") || is("]") || is("}");
        }

        boolean isName(String name) {
            return kind == Kind.NAME && text.equals(name);
        }

        @Override
        public String toString() {
            return kind == Kind.END ? "the end" : kind == Kind.STRING ? "a string" : "'" + text + "'";
        }
    }

    private Lexer(String text) {
        this.text = text;
    }

    static List<Token> tokens(String text) {
        Lexer lexer = new Lexer(text);
        lexer.read();
        return lexer.tokens;
    }

    private void read() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (isNameStart(c)) {
                name();
            } else if (isDigit(c) || (c == '.' && startsFraction())) {
                number();
            } else if (c == '"' || c == '\'') {
                string(c);
            } else if (SYMBOLS.indexOf(c) >= 0) {
                tokens.add(new Token(Kind.SYMBOL, String.valueOf(c), null, at++));
            } else {
                throw MalformedSignatureException.inText(
                        "unexpected '" + Character.toString(text.codePointAt(at)) + "'", text, at);
            }
        }
        tokens.add(new Token(Kind.END, "", null, text.length()));
    }

    private void name() {
        int from = at;
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        tokens.add(new Token(Kind.NAME, text.substring(from, at), null, from));
    }

    private void number() {
        int from = at;
        digits();
        boolean whole = true;
        if (at < text.length() && text.charAt(at) == '.') {
            whole = false;
            at++;
            digits();
        }
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            whole = false;
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            if (at == text.length() || !isDigit(text.charAt(at))) {
                throw MalformedSignatureException.inText("expected the digits of an exponent", text, at);
            }
            digits();
        }
        if (at - from > LONGEST_NUMBER) {
            throw MalformedSignatureException.inText("a number of more than " + LONGEST_NUMBER + " digits", text, from);
        }
        if (at < text.length() && isNamePart(text.charAt(at))) {
            throw MalformedSignatureException.inText("unexpected '" + text.charAt(at) + "' after a number", text, at);
        }
        String digits = text.substring(from, at);
        tokens.add(
                new Token(Kind.NUMBER, digits, whole ? integer(new BigInteger(digits)) : Double.valueOf(digits), from));
    }

    /** The smallest type that holds it, as values from the wire have. */
    static Number integer(BigInteger value) {
        if (value.bitLength() < Integer.SIZE) {
            return value.intValue();
        }
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    private void string(char quote) {
        int from = at++;
        StringBuilder says = new StringBuilder();
        while (true) {
            if (at >= text.length() || text.charAt(at) == '\n') {
                throw MalformedSignatureException.inText("a string that does not end", text, from);
            }
            char c = text.charAt(at++);
            if (c == quote) {
                tokens.add(new Token(Kind.STRING, says.toString(), null, from));
                return;
            }
            says.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = at < text.length() ? text.charAt(at++) : '\n';
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '0' -> '\0';
            case '\\', '\'', '"' -> c;
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            default -> throw MalformedSignatureException.inText("an unknown escape in a string", text, at - 2);
        };
    }

    private char hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++, at++) {
            int digit = at < text.length() && text.charAt(at) < 128 ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0) {
                throw MalformedSignatureException.inText(
                        "expected " + digits + " hexadecimal digits", text, Math.min(at, text.length()));
            }
            value = value * 16 + digit;
        }
        return (char) value;
    }

    private void digits() {
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
    }

    /** Whether the dot here begins a number, and does not join names as in {@code add.s}. */
    private boolean startsFraction() {
        boolean afterName = !tokens.isEmpty() && tokens.get(tokens.size() - 1).kind() == Kind.NAME;
        return !afterName && at + 1 < text.length() && isDigit(text.charAt(at + 1));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isNameStart(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isNamePart(char c) {
        return isNameStart(c) || isDigit(c);
    }
}
