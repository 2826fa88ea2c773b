package io.broccoli.canvas.text;

import io.broccoli.canvas.text.Lexer.Kind;
import io.broccoli.canvas.text.Lexer.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Comprehensions, {@code add.s(i, i) for i in range(10)}: what stands before {@code for} is read again for each item. */
final class Comprehensions {

    private final ExpressionParser parser;
    private final Cursor in;
    private final Map<String, @Nullable Object> names = new HashMap<>();

    Comprehensions(ExpressionParser parser, Cursor in) {
        this.parser = parser;
        this.in = in;
    }

    boolean binds(String name) {
        return names.containsKey(name);
    }

    @Nullable Object bound(String name) {
        return names.get(name);
    }

    /**
     * Reads up to the end of the source; the closing bracket is left.
     *
     * @param loop where {@code for} stands
     */
    List<@Nullable Object> read(int loop) {
        int first = in.place();
        in.goTo(loop + 1);
        List<String> variables = variables();
        Token source = in.peek();
        if (!(parser.expression() instanceof List<?> items)) {
            throw in.problem("expected a list, range or zip", source);
        }
        int behind = in.place();
        Map<String, @Nullable Object> outside = new HashMap<>(names);
        List<@Nullable Object> all = new ArrayList<>();
        for (Object item : items) {
            bind(variables, item, source);
            in.goTo(first);
            all.add(parser.expression());
            if (in.place() != loop) {
                throw in.expected("'for'");
            }
        }
        names.clear();
        names.putAll(outside);
        in.goTo(behind);
        return all;
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

    /** The names between {@code for} and {@code in}. */
    private List<String> variables() {
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
        return variables;
    }
}
