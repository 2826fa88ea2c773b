package io.broccoli.canvas.text;

import io.broccoli.task.Signature;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Prints one signature, whole or elided. */
final class ExpressionPrinter {

    /** Items of a list that are shown where it is elided. */
    static final int FEW = 4;

    private static final String ELLIPSIS = "…";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");
    private static final Pattern TASK =
            Pattern.compile("(?!for\\b|in\\b)" + NAME + "(\\.(?!for\\b|in\\b)" + NAME + ")*");

    private final int longest;
    private final int mostItems;
    private final StringBuilder out = new StringBuilder();
    private int depth;

    ExpressionPrinter(int longest, int mostItems) {
        this.longest = longest;
        this.mostItems = mostItems;
    }

    String print(Signature<?> signature) {
        signature(signature);
        return out.length() <= longest ? out.toString() : out.substring(0, longest - 1) + ELLIPSIS;
    }

    private void signature(Signature<?> signature) {
        if (out.length() > longest) {
            return; // will be cut off
        }
        if (++depth > Expression.DEEPEST) {
            out.append(ELLIPSIS);
        } else if (signature instanceof Signature.Call<?> call) {
            task(call.task().name(), call.immutable() ? "si" : "s");
            arguments(call.args(), call.kwargs());
        } else if (signature instanceof Signature.Chain<?> chain) {
            out.append("chain(");
            items(chain.steps(), this::signature);
            out.append(')');
        } else if (signature instanceof Signature.Group<?> group) {
            out.append("group(");
            items(group.members(), this::signature);
            out.append(')');
        } else if (signature instanceof Signature.Chord<?> chord) {
            out.append("chord([");
            items(chord.header(), this::signature);
            out.append("], ");
            signature(chord.body());
            out.append(')');
        } else if (signature instanceof Signature.Each<?> each) {
            task(each.task().name(), each.spread() ? "starmap" : "map");
            out.append('(');
            value(each.items());
            out.append(')');
        } else if (signature instanceof Signature.Chunks<?> chunks) {
            task(chunks.task().name(), "chunks");
            out.append('(');
            value(chunks.items());
            out.append(", ").append(chunks.size()).append(')');
        } else if (signature instanceof Signature.Applied<?> applied) {
            signature(applied.signature());
            arguments(applied.args(), applied.kwargs());
        } else if (signature instanceof Signature.As<?> as) {
            signature(as.signature());
        }
        depth--;
    }

    private void task(String name, String method) {
        if (TASK.matcher(name).matches()) {
            out.append(name);
        } else {
            out.append("task(");
            string(name);
            out.append(')');
        }
        out.append('.').append(method);
    }

    private void arguments(List<? extends @Nullable Object> args, Map<String, ? extends @Nullable Object> kwargs) {
        out.append('(');
        items(args, this::value);
        boolean first = args.isEmpty();
        for (Map.Entry<String, ? extends @Nullable Object> each : kwargs.entrySet()) {
            out.append(first ? "" : ", ");
            first = false;
            if (NAME.matcher(each.getKey()).matches()) {
                out.append(each.getKey()).append('=');
                value(each.getValue());
            } else {
                out.append("**");
                value(java.util.Collections.singletonMap(each.getKey(), each.getValue()));
            }
        }
        out.append(')');
    }

    private void value(@Nullable Object value) {
        if (out.length() > longest) {
            return;
        }
        if (++depth > Expression.DEEPEST) {
            out.append(ELLIPSIS);
        } else if (value == null) {
            out.append("None");
        } else if (value instanceof Boolean truth) {
            out.append(truth ? "True" : "False");
        } else if (value instanceof CharSequence || value instanceof Character) {
            string(value.toString());
        } else if (value instanceof Double || value instanceof Float) {
            number(((Number) value).doubleValue());
        } else if (value instanceof Number) {
            out.append(value);
        } else if (value instanceof Collection<?> list) {
            out.append('[');
            items(list, this::value);
            out.append(']');
        } else if (value instanceof Map<?, ?> map) {
            out.append('{');
            items(map.entrySet(), entry -> {
                string(String.valueOf(entry.getKey()));
                out.append(": ");
                value(entry.getValue());
            });
            out.append('}');
        } else {
            out.append('<')
                    .append(value instanceof byte[] bytes ? bytes.length + " bytes" : value.toString())
                    .append('>');
        }
        depth--;
    }

    private void number(double number) {
        out.append(
                Double.isNaN(number)
                        ? "nan"
                        : Double.isInfinite(number) ? (number > 0 ? "inf" : "-inf") : Double.toString(number));
    }

    private void string(String says) {
        out.append('"');
        for (int i = 0; i < says.length() && out.length() <= longest; i++) {
            char c = says.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> {
                    if (Character.isISOControl(c) || (Character.isSurrogate(c) && !paired(says, i))) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean paired(String says, int at) {
        return Character.isHighSurrogate(says.charAt(at))
                ? at + 1 < says.length() && Character.isLowSurrogate(says.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(says.charAt(at - 1));
    }

    private <T extends @Nullable Object> void items(Collection<? extends T> items, Consumer<? super T> print) {
        int shown = 0;
        for (T item : items) {
            if (shown > 0) {
                out.append(", ");
            }
            if (shown == mostItems && items.size() > mostItems + 1) {
                out.append(ELLIPSIS).append(' ').append(items.size() - shown).append(" more");
                return;
            }
            if (out.length() > longest) {
                return;
            }
            print.accept(item);
            shown++;
        }
    }
}
