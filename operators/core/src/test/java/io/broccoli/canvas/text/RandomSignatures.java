package io.broccoli.canvas.text;

import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.jspecify.annotations.NullUnmarked;

/** Signatures at random: of every form, with every kind of value. By hand, since a recursive arbitrary takes 25 ms for each. */
@NullUnmarked
final class RandomSignatures {

    private static final String[] NAMES = {
        "add", "math.add", "for", "task", "chain", "True", "x.in.y", "my-task", "_1.s", "a b", "é", ".", "2x"
    };
    private static final String[] TEXTS = {
        "",
        "a",
        "\"",
        "'",
        "\\",
        "\n\t\r",
        "…",
        "é",
        "\u0000\u007f",
        "\ud83e\udd66",
        "\ud83e",
        "\udd66",
        "# {} []",
        "for x in y"
    };
    private static final Object[] NUMBERS = {
        0,
        -1,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE,
        1L << 31,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        BigInteger.TWO.pow(63),
        BigInteger.TWO.pow(64).negate(),
        -0.0,
        0.1,
        1e300,
        -1e-300,
        Double.MIN_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    private final Random random;

    private RandomSignatures(long seed) {
        this.random = new Random(seed);
    }

    static Arbitrary<Signature<?>> any() {
        return Arbitraries.longs().map(seed -> new RandomSignatures(seed).signature(4));
    }

    private Signature<?> signature(int depth) {
        return switch (random.nextInt(depth == 0 ? 3 : 7)) {
            case 0 -> new Signature.Call<>(task(), list(this::value, 3), keywords(), random.nextBoolean());
            case 1 -> new Signature.Each<>(task(), list(this::value, 4), random.nextBoolean());
            case 2 -> new Signature.Chunks<>(task(), list(this::value, 4), 1 + random.nextInt(100));
            case 3 -> new Signature.Chain<>(signatures(depth));
            case 4 -> new Signature.Group<>(signatures(depth));
            case 5 -> new Signature.Chord<>(signatures(depth), signature(depth - 1));
            default -> new Signature.Applied<>(signature(depth - 1), list(this::value, 2), keywords());
        };
    }

    private List<Signature<?>> signatures(int depth) {
        return list(() -> signature(depth - 1), 3);
    }

    private Task<Object> task() {
        return Task.of(random.nextInt(5) == 0 ? "t" + text() : NAMES[random.nextInt(NAMES.length)]);
    }

    private Map<String, Object> keywords() {
        return random.nextInt(3) == 0 ? map(2) : Map.of();
    }

    private Object value() {
        return value(3);
    }

    private Object value(int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 8)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt();
            case 3 -> random.nextGaussian();
            case 4 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 5 -> text();
            case 6 -> list(() -> value(depth - 1), 3);
            default -> map(depth - 1);
        };
    }

    private Map<String, Object> map(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            map.put(text(), value(Math.max(0, depth)));
        }
        return map;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(
                    random.nextBoolean()
                            ? TEXTS[random.nextInt(TEXTS.length)]
                            : String.valueOf((char) random.nextInt(Character.MAX_VALUE + 1)));
        }
        return text.toString();
    }

    private static <T> List<T> repeat(Supplier<? extends T> each, int count) {
        List<T> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(each.get());
        }
        return list;
    }

    private <T> List<T> list(Supplier<? extends T> each, int most) {
        return repeat(each, random.nextInt(most + 1));
    }
}
