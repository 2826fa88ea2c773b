package io.broccoli.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ancestor's word count: a {@code mapper} task for each word gives [word, 1] or, for a short one, null. */
final class WordCount {

    private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}]+");

    private WordCount() {}

    /** The words of the text, in lower case. */
    static List<String> words() throws IOException {
        try (InputStream text = WordCount.class.getResourceAsStream("text.txt")) {
            if (text == null) {
                throw new IllegalStateException("text.txt is not on the class path");
            }
            String all = new String(text.readAllBytes(), StandardCharsets.UTF_8);
            return NO_LETTERS
                    .splitAsStream(all.toLowerCase(Locale.ROOT))
                    .filter(word -> !word.isEmpty())
                    .toList();
        }
    }

    /** What the mappers gave, added up. */
    static Map<String, Integer> add(List<? extends @Nullable Object> mapped) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Object pair : mapped) {
            if (pair instanceof List<?> list && list.get(1) instanceof Integer one) {
                counts.merge(String.valueOf(list.get(0)), one, Integer::sum);
            }
        }
        return counts;
    }

    /** The same without a cluster. */
    static Map<String, Integer> inPlainJava(List<String> words) {
        Map<String, Integer> counts = new TreeMap<>();
        words.stream().filter(word -> word.length() > 3).forEach(word -> counts.merge(word, 1, Integer::sum));
        return counts;
    }

    /** The most frequent words, of equal ones the first of the alphabet. */
    static List<Map.Entry<String, Integer>> top(Map<String, Integer> counts, int most) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .toList();
    }
}
