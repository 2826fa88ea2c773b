package io.broccoli.canvas.text;

import io.broccoli.canvas.text.Lexer.Kind;
import io.broccoli.canvas.text.Lexer.Token;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one text; evaluates as it goes, so a comprehension reads its first part once for each value. */
final class ExpressionParser {

    private final Cursor in;
    private final Map<String, @Nullable Object> names = new HashMap<>();
    private int depth;
    private int values;

    ExpressionParser(String text) {
        this.in = new Cursor(text);
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
    private @Nullable Object expression() {
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
            Arguments arguments = arguments();
            value = new Signature.Applied<>(signature, arguments.positional, arguments.keywords);
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
            case END -> throw in.problem("unexpected end", token);
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
    private List<@Nullable Object> list(String closing) {
        int loop = in.findFor();
        if (loop >= 0) {
            List<@Nullable Object> all = new ArrayList<>();
            comprehend(loop, all);
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

    private Map<String, @Nullable Object> dict() {
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

    private void comprehend(int loop, List<@Nullable Object> all) {
        int first = in.place();
        in.goTo(loop + 1);
        List<String> variables = new ArrayList<>();
        do {
            Token variable = in.next();
            if (variable.kind() != Kind.NAME || variable.isName("in")) {
                throw in.problem("expected a name", variable);
            }
            variables.add(variable.text());
        } while (in.accept(","));
        if (!in.peek().isName("in")) {
            throw in.expected("'in'");
        }
        in.next();
        Token source = in.peek();
        if (!(expression() instanceof List<?> items)) {
            throw in.problem("expected a list, range or zip", source);
        }
        int behind = in.place();
        Map<String, @Nullable Object> outside = new HashMap<>(names);
        for (Object item : items) {
            bind(variables, item, source);
            in.goTo(first);
            all.add(expression());
            if (in.place() != loop) {
                throw in.expected("'for'");
            }
        }
        names.clear();
        names.putAll(outside);
        in.goTo(behind);
    }

    private void bind(List<String> variables, @Nullable Object item, Token source) {
        if (variables.size() == 1) {
            names.put(variables.get(0), item);
        } else if (item instanceof List<?> parts && parts.size() == variables.size()) {
            for (int i = 0; i < parts.size(); i++) {
                names.put(variables.get(i), parts.get(i));
            }
        } else {
            throw in.problem("expected items of " + variables.size() + " values", source);
        }
    }

    private @Nullable Object named(Token name) {
        if (in.peek().is(".")) {
            return method(name);
        }
        if (in.peek().is("(")) {
            return function(name);
        }
        if (names.containsKey(name.text())) {
            return names.get(name.text());
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

    private Object function(Token name) {
        return switch (name.text()) {
            case "chain" -> new Signature.Chain<>(signatures());
            case "group" -> new Signature.Group<>(signatures());
            case "chord" -> chord(name);
            case "range", "zip" -> builtin(name);
            case "task" -> quoted(name);
            default ->
                throw in.problem(
                        "unknown function '" + name.text() + "' (a task is written " + name.text() + ".s(...))", name);
        };
    }

    /** Signatures as arguments, or one list of them. */
    private List<Signature<?>> signatures() {
        in.expect("(", "'('");
        Token first = in.peek();
        List<@Nullable Object> all = list(")");
        return signatures(all.size() == 1 && all.get(0) instanceof List<?> inner ? inner : all, first);
    }

    private List<Signature<?>> signatures(List<?> given, Token where) {
        spend(given.size(), where);
        List<Signature<?>> all = new ArrayList<>(given.size());
        for (Object value : given) {
            all.add(signature(value, where));
        }
        return all;
    }

    /** {@code chord(header, body)}, or {@code chord(header)(body)}; the header is a list or a group. */
    private Signature<?> chord(Token name) {
        in.expect("(", "'('");
        boolean loop = in.findFor() >= 0;
        Token first = in.peek();
        List<@Nullable Object> all = list(")");
        if (!loop && all.size() == 2) {
            return new Signature.Chord<>(header(all.get(0), first), signature(all.get(1), first));
        }
        if (!loop && all.size() != 1) {
            throw in.problem("a chord is a header and a body", name);
        }
        in.expect("(", "'(' and the body of the chord");
        Token second = in.peek();
        Signature<?> body = signature(expression(), second);
        in.expect(")", "')'");
        return new Signature.Chord<>(header(loop ? all : all.get(0), first), body);
    }

    private List<Signature<?>> header(@Nullable Object header, Token where) {
        if (header instanceof Signature.Group<?> group) {
            return group.members();
        }
        if (header instanceof List<?> list) {
            return signatures(list, where);
        }
        throw in.problem("expected a list or a group as header", where);
    }

    private List<@Nullable Object> builtin(Token name) {
        Arguments given = arguments();
        if (!given.keywords.isEmpty()) {
            throw in.problem(name.text() + " takes no keywords", name);
        }
        int left = Expression.MOST_VALUES - values;
        List<@Nullable Object> made;
        try {
            made = name.isName("range") ? Builtins.range(given.positional, left) : Builtins.zip(given.positional, left);
        } catch (IllegalArgumentException refused) {
            throw in.problem(String.valueOf(refused.getMessage()), name);
        }
        spend(made.size(), name);
        return made;
    }

    /** {@code task("any name").s(...)}. */
    private Signature<?> quoted(Token word) {
        in.expect("(", "'('");
        Token name = in.next();
        if (name.kind() != Kind.STRING) {
            throw in.problem("expected a string", name);
        }
        in.expect(")", "')'");
        in.expect(".", "'.'");
        return call(name.text(), in.next(), name);
    }

    /** {@code name.s(...)}; the name may have dots itself. */
    private Signature<?> method(Token first) {
        StringBuilder name = new StringBuilder(first.text());
        while (true) {
            in.expect(".", "'.'");
            Token part = in.next();
            if (part.kind() != Kind.NAME) {
                throw in.problem("expected a name after '.'", part);
            }
            if (!in.peek().is(".")) {
                return call(name.toString(), part, first);
            }
            name.append('.').append(part.text());
        }
    }

    private Signature<?> call(String name, Token method, Token where) {
        if (name.isEmpty() || name.length() > 128) {
            throw in.problem("a task's name has 1 to 128 characters", where);
        }
        Task<Object> task = Task.of(name);
        return switch (method.text()) {
            case "s", "si" -> {
                Arguments given = arguments();
                yield new Signature.Call<>(
                        task, given.positional, given.keywords, method.text().equals("si"));
            }
            case "map", "starmap" ->
                new Signature.Each<>(
                        task, items(arguments(), 1, method), method.text().equals("starmap"));
            case "chunks" -> {
                Arguments given = arguments();
                List<?> items = items(given, 2, method);
                if (!(given.positional.get(1) instanceof Integer size) || size < 1) {
                    throw in.problem("chunks takes a list and a number of at least 1", method);
                }
                yield new Signature.Chunks<>(task, new ArrayList<>(items), size);
            }
            default -> throw in.problem("expected s, si, map, starmap or chunks after '" + name + ".'", method);
        };
    }

    private List<@Nullable Object> items(Arguments given, int count, Token method) {
        if (given.positional.size() != count
                || !given.keywords.isEmpty()
                || !(given.positional.get(0) instanceof List<?> items)) {
            throw in.problem(method.text() + " takes a list" + (count == 2 ? " and a number" : ""), method);
        }
        return new ArrayList<>(items);
    }

    private record Arguments(List<@Nullable Object> positional, Map<String, @Nullable Object> keywords) {}

    private Arguments arguments() {
        in.expect("(", "'('");
        Arguments all = new Arguments(new ArrayList<>(), new LinkedHashMap<>());
        if (in.findFor() >= 0) {
            List<@Nullable Object> one = new ArrayList<>();
            Token where = in.peek();
            comprehend(in.findFor(), one);
            all.positional.add(plain(one, where));
            in.expect(")", "')'");
            return all;
        }
        while (!in.accept(")")) {
            argument(all);
            if (!in.peek().is(")")) {
                in.expect(",", "',' or ')'");
            }
        }
        return all;
    }

    private void argument(Arguments all) {
        Token first = in.peek();
        if (in.accept("*")) {
            in.expect("*", "'**'");
            in.expect("{", "'{'");
            dict().forEach((keyword, value) -> keyword(keyword, value, all, first));
        } else if (in.acceptKeyword()) {
            keyword(first.text(), value(), all, first);
        } else if (all.keywords.isEmpty()) {
            all.positional.add(value());
        } else {
            throw in.problem("an argument without a keyword behind one with a keyword", first);
        }
    }

    private void keyword(String keyword, @Nullable Object value, Arguments all, Token where) {
        if (all.keywords.containsKey(keyword)) {
            throw in.problem("the keyword '" + keyword + "' twice", where);
        }
        all.keywords.put(keyword, value);
    }

    /** A value that can be sent. */
    private @Nullable Object value() {
        Token first = in.peek();
        return plain(expression(), first);
    }

    private @Nullable Object plain(@Nullable Object value, Token where) {
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

    private Signature<?> signature(@Nullable Object value, Token where) {
        if (value instanceof Signature<?> signature) {
            return signature;
        }
        throw in.problem("expected a signature, such as add.s(2, 2)", where);
    }

    private void spend(long more, Token where) {
        if (more > Expression.MOST_VALUES - values) {
            throw in.problem("more than " + Expression.MOST_VALUES + " values", where);
        }
        values += (int) more;
    }
}
