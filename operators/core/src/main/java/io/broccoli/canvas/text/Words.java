package io.broccoli.canvas.text;

import io.broccoli.canvas.text.Lexer.Kind;
import io.broccoli.canvas.text.Lexer.Token;
import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What names with parentheses mean: {@code chain(...)}, {@code range(...)}, {@code add.s(...)}, {@code add.map(...)}. */
final class Words {

    private final ExpressionParser parser;
    private final Cursor in;

    Words(ExpressionParser parser, Cursor in) {
        this.parser = parser;
        this.in = in;
    }

    /** A word and what it makes of what stands in parentheses behind it. */
    Object function(Token name) {
        return switch (name.text()) {
            case "chain" -> new Signature.Chain<>(members());
            case "group" -> new Signature.Group<>(members());
            case "chord" -> chord(name);
            case "range", "zip" -> builtin(name);
            case "task" -> quoted();
            default ->
                throw in.problem(
                        "unknown function '" + name.text() + "' (a task is written " + name.text() + ".s(...))", name);
        };
    }

    /** Signatures as arguments, or one list of them, or a comprehension. */
    private List<Signature<?>> members() {
        in.expect("(", "'('");
        if (in.findFor() >= 0) {
            Token first = in.peek();
            return signatures(parser.list(")"), first);
        }
        List<Signature<?>> all = new ArrayList<>();
        while (!in.accept(")")) {
            Token item = in.peek();
            @Nullable Object value = parser.expression();
            if (value instanceof List<?> list && all.isEmpty() && in.peek().is(")")) {
                all.addAll(signatures(list, item));
            } else {
                all.add(parser.signature(value, item));
            }
            if (!in.peek().is(")")) {
                in.expect(",", "',' or ')'");
            }
        }
        return all;
    }

    private List<Signature<?>> signatures(List<?> given, Token where) {
        parser.spend(given.size(), where);
        List<Signature<?>> all = new ArrayList<>(given.size());
        for (Object value : given) {
            all.add(parser.signature(value, where));
        }
        return all;
    }

    /** {@code chord(header, body)}, or {@code chord(header)(body)}; the header is a list or a group. */
    private Signature<?> chord(Token name) {
        in.expect("(", "'('");
        boolean loop = in.findFor() >= 0;
        Token first = in.peek();
        List<@Nullable Object> all = parser.list(")");
        if (!loop && all.size() == 2) {
            return new Signature.Chord<>(header(all.get(0), first), parser.signature(all.get(1), first));
        }
        if (!loop && all.size() != 1) {
            throw in.problem("a chord is a header and a body", name);
        }
        in.expect("(", "'(' and the body of the chord");
        Token second = in.peek();
        Signature<?> body = parser.signature(parser.expression(), second);
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
        int left = parser.left();
        List<@Nullable Object> made;
        try {
            made = name.isName("range") ? Builtins.range(given.positional, left) : Builtins.zip(given.positional, left);
        } catch (IllegalArgumentException refused) {
            throw in.problem(String.valueOf(refused.getMessage()), name);
        }
        parser.spend(made.size(), name);
        return made;
    }

    /** {@code task("any name").s(...)}. */
    private Signature<?> quoted() {
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
    Signature<?> method(Token first) {
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

    /** What stands in parentheses behind a task. */
    record Arguments(List<@Nullable Object> positional, Map<String, @Nullable Object> keywords) {}

    Arguments arguments() {
        in.expect("(", "'('");
        Arguments all = new Arguments(new ArrayList<>(), new LinkedHashMap<>());
        if (in.findFor() >= 0) {
            Token where = in.peek();
            all.positional.add(parser.plain(parser.list(")"), where));
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
            parser.dict().forEach((keyword, value) -> keyword(keyword, value, all, first));
        } else if (in.acceptKeyword()) {
            keyword(first.text(), parser.value(), all, first);
        } else if (all.keywords.isEmpty()) {
            all.positional.add(parser.value());
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
}
