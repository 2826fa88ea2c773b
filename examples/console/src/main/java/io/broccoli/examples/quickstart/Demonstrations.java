package io.broccoli.examples.quickstart;

import io.broccoli.canvas.Canvas;
import io.broccoli.examples.text.Expressions;
import io.broccoli.examples.text.Json;
import io.broccoli.task.Task;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The ancestor's demonstrations, each with its expression and its result. */
final class Demonstrations {

    private static final int COLUMNS = 79;

    private static final Task<Object> MAPPER = Task.of("mapper");

    private final PrintWriter out;
    private final Canvas canvas;
    private boolean asExpected = true;

    Demonstrations(PrintWriter out, Canvas canvas) {
        this.out = out;
        this.canvas = canvas;
    }

    /** False if a result is not what it should be. */
    boolean play() throws IOException {
        out.println();
        out.println("  Part one: the six canvas operations (try them: broccoli run 'EXPRESSION')");
        out.println();
        play("chain(add.s(4, 4), mul.s(8), mul.s(10))", 640);
        play("group(add.s(2, 2), add.s(4, 4))", List.of(4, 8));
        play("chord([add.s(i, i) for i in range(10)], xsum.s())", 90);
        play("xsum.map([range(10), range(100)])", List.of(45, 4950));
        play("add.starmap(zip(range(10), range(10)))", doubles(0, 10));
        play(
                "add.chunks(zip(range(100), range(100)), 10)",
                IntStream.range(0, 10)
                        .mapToObj(i -> doubles(10 * i, 10 * i + 10))
                        .toList());
        countWords();
        return asExpected;
    }

    private void play(String expression, Object expected) {
        Object result = canvas.run(Expressions.parse(expression)).block();
        boolean right = expected.equals(result);
        asExpected &= right;
        String value = Json.write(result).replace(",", ", ");
        boolean fits = expression.length() + value.length() + 6 <= COLUMNS;
        out.println("  " + expression + (fits ? "  " : "\n      ") + "= " + shorten(value));
        if (!right) {
            out.println("      WRONG: expected " + Json.write(expected));
        }
        out.flush();
    }

    private void countWords() throws IOException {
        List<String> words = WordCount.words();
        List<Object> mapped = canvas.run(Canvas.group(words.stream().map(MAPPER::s)))
                .blockOptional()
                .orElseThrow();
        Map<String, Integer> counts = WordCount.add(mapped);
        boolean right = counts.equals(WordCount.inPlainJava(words));
        asExpected &= right;
        out.println("  group([mapper.s(word) for word in text])");
        out.println("      = " + words.size() + " words, of those longer than three letters most often:");
        List<Map.Entry<String, Integer>> top = WordCount.top(counts, 10);
        out.println("        " + list(top.subList(0, 5)) + ",");
        out.println("        " + list(top.subList(5, 10)));
        if (!right) {
            out.println("      WRONG: expected " + WordCount.inPlainJava(words));
        }
        out.flush();
    }

    private static String list(List<Map.Entry<String, Integer>> words) {
        return words.stream().map(each -> each.getKey() + " " + each.getValue()).collect(Collectors.joining(", "));
    }

    private static List<Integer> doubles(int from, int to) {
        return IntStream.range(from, to).map(i -> 2 * i).boxed().toList();
    }

    private static String shorten(String value) {
        int most = COLUMNS - 12;
        return value.length() <= most
                ? value
                : value.substring(0, most - 20) + " ... " + value.substring(value.length() - 15);
    }
}
