package io.broccoli.canvas.text;

import io.broccoli.canvas.text.Lexer.Kind;
import io.broccoli.canvas.text.Lexer.Token;
import io.broccoli.task.Signature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one text, and evaluates as it goes: each part gives a plain value or a signature. */
final class ExpressionParser {

    private final Cursor in;
    private final Comprehensions loops;
    private final Words words;
    private int depth;
    private int values;

    ExpressionParser(String text) {
        this.in = new Cursor(text);
        this.loops = new Comprehensions(this, in);
        this.words = new Words(this, in);
    }

    Signature<?> parse() {
        Token first = in.peek();
        Signature<?> whole = signature(expression(), first);
        if (in.peek().kind() != Kind.END) {
            throw in.expected("'|' or the end");
        }
        return whole;
    }

    /** Parts with {@code |} between them: a value, or a signature. */
    @Nullable Object expression() {
        if (++depth > Expression.DEEPEST) {
            throw in.problem("nested deeper than " + Expression.DEEPEST, in.peek());
        }
        Token first = in.peek();
        @Nullable Object value = called();
        if (in.peek().is("|")) {
            List<Signature<?>> steps = new ArrayList<>();
            steps.add(signature(value, first));
            while (in.accept("|")) {
                Token next = in.peek();
                steps.add(signature(called(), next));
            }
            value = new Signature.Chain<>(steps);
        }
        depth--;
        return value;
    }

    /** A signature may be called: with what flows in. */
    private @Nullable Object called() {
        @Nullable Object value = primary();
        while (value instanceof Signature<?> signature && in.peek().is("(")) {
            Words.Arguments flow = words.arguments();
            value = new Signature.Applied<>(signature, flow.positional(), flow.keywords());
        }
        return value;
    }

    private @Nullable Object primary() {
        Token token = in.next();
        spend(1, token);
        return switch (token.kind()) {
            case NUMBER -> token.value();
            case STRING -> token.text();
            case NAME -> named(token);
            case SYMBOL ->
                switch (token.text()) {
                    case "-" -> negative(token);
                    case "[" -> list("]");
                    case "(" -> parenthesised();
                    case "{" -> dict();
                    default -> throw in.problem("unexpected " + token, token);
                };
            case END -> throw in.problem("expected a signature or a value, not the end", token);
        };
    }

    private Number negative(Token minus) {
        Token token = in.next();
        if (token.isName("inf")) {
            return Double.NEGATIVE_INFINITY;
        }
        Number value = token.value();
        if (value == null) {
            throw in.problem("expected a number after '-'", token.kind() == Kind.END ? token : minus);
        }
        return value instanceof Double number
                ? (Number) (-number)
                : Lexer.integer(new java.math.BigInteger(token.text()).negate());
    }

    /** Items up to the closing bracket, or a comprehension; the opening one was read. */
    List<@Nullable Object> list(String closing) {
        int loop = in.findFor();
        if (loop >= 0) {
            List<@Nullable Object> all = loops.read(loop);
            in.expect(closing, "'" + closing + "'");
            return all;
        }
        List<@Nullable Object> all = new ArrayList<>();
        while (!in.accept(closing)) {
            all.add(expression());
            if (!in.peek().is(closing)) {
                in.expect(",", "',' or '" + closing + "'");
            }
        }
        return all;
    }

    /** A tuple, which is a list; a comprehension; or one value. */
    private @Nullable Object parenthesised() {
        if (in.findFor() >= 0 || in.peek().is(")")) {
            return list(")");
        }
        @Nullable Object first = expression();
        if (in.accept(")")) {
            return first;
        }
        in.expect(",", "',' or ')'");
        List<@Nullable Object> tuple = new ArrayList<>();
        tuple.add(first);
        tuple.addAll(list(")"));
        return tuple;
    }

    Map<String, @Nullable Object> dict() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        while (!in.accept("}")) {
            Token key = in.next();
            if (key.kind() != Kind.STRING) {
                throw in.problem("expected a string as key", key);
            }
            in.expect(":", "':'");
            all.put(key.text(), value());
            if (!in.peek().is("}")) {
                in.expect(",", "',' or '}'");
            }
        }
        return all;
    }

    private @Nullable Object named(Token name) {
        if (in.peek().is(".")) {
            return words.method(name);
        }
        if (in.peek().is("(")) {
            return words.function(name);
        }
        if (loops.binds(name.text())) {
            return loops.bound(name.text());
        }
        return switch (name.text()) {
            case "True", "true" -> true;
            case "False", "false" -> false;
            case "None", "null" -> null;
            case "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            default ->
                throw in.problem(
                        "unknown name '" + name.text() + "' (a task is written " + name.text() + ".s(...))", name);
        };
    }

    /** A value that can be sent. */
    @Nullable Object value() {
        Token first = in.peek();
        return plain(expression(), first);
    }

    @Nullable Object plain(@Nullable Object value, Token where) {
        if (value instanceof Signature) {
            throw in.problem("a signature cannot be an argument", where);
        }
        if (value instanceof List<?> list) {
            spend(list.size(), where);
            for (Object item : list) {
                if (item instanceof List || item instanceof Signature) {
                    plain(item, where);
                }
            }
        }
        return value;
    }

    /** A value that must be a signature. */
    Signature<?> signature(@Nullable Object value, Token where) {
        if (value instanceof Signature<?> signature) {
            return signature;
        }
        throw in.problem("expected a signature, such as add.s(2, 2)", where);
    }

    /** How many values this text may still make. */
    int left() {
        return Expression.MOST_VALUES - values;
    }

    /** Counts what is made: a short text could otherwise make values without end. */
    void spend(long more, Token where) {
        if (more > left()) {
            throw in.problem("more than " + Expression.MOST_VALUES + " values", where);
        }
        values += (int) more;
    }
}
