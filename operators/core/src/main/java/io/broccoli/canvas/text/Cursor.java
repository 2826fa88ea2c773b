package io.broccoli.canvas.text;

import io.broccoli.canvas.text.Lexer.Kind;
import io.broccoli.canvas.text.Lexer.Token;
import java.util.List;

/** A place among the tokens of a text; it can be set back, since a comprehension is read again for each value. */
final class Cursor {

    private final String text;
    private final List<Token> tokens;
    private int at;

    Cursor(String text) {
        if (text.length() > Expression.LONGEST) {
            throw MalformedSignatureException.inText(
                    "longer than " + Expression.LONGEST + " characters", text, Expression.LONGEST);
        }
        this.text = text;
        this.tokens = Lexer.tokens(text);
    }

    int place() {
        return at;
    }

    void goTo(int place) {
        at = place;
    }

    Token peek() {
        return tokens.get(at);
    }

    /** Never goes beyond the end. */
    Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    boolean accept(String symbol) {
        boolean there = peek().is(symbol);
        if (there) {
            at++;
        }
        return there;
    }

    /** Takes {@code name=}, if that is what comes. */
    boolean acceptKeyword() {
        boolean there = peek().kind() == Kind.NAME && tokens.get(at + 1).is("=");
        if (there) {
            at += 2;
        }
        return there;
    }

    void expect(String symbol, String words) {
        if (!accept(symbol)) {
            throw expected(words);
        }
    }

    /** Where the {@code for} of a comprehension stands that begins here; -1 if none does. */
    int findFor() {
        int open = 0;
        for (int i = at; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.opens()) {
                open++;
            } else if ((token.closes() && open-- == 0) || (token.is(",") && open == 0)) {
                return -1;
            } else if (open == 0 && token.isName("for")) {
                return i;
            }
        }
        return -1;
    }

    MalformedSignatureException expected(String words) {
        return problem("expected " + words, peek());
    }

    MalformedSignatureException problem(String what, Token where) {
        return MalformedSignatureException.inText(what, text, where.offset());
    }
}
