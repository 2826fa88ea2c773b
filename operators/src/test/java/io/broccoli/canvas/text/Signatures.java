package io.broccoli.canvas.text;

import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Signatures at random: of every form, with every kind of value. */
final class Signatures {

    private Signatures() {}

    static Arbitrary<Signature<?>> any() {
        return Arbitraries.lazyOf(Signatures::calls, Signatures::calls, Signatures::items, Signatures::composed);
    }

    private static Arbitrary<Task<Object>> tasks() {
        return Arbitraries.oneOf(
                        Arbitraries.of("add", "math.add", "for", "task", "chain", "True", "x.in.y", "my-task", "_1.s"),
                        Arbitraries.strings().all().ofMinLength(1).ofMaxLength(8))
                .map(Task::of);
    }

    private static Arbitrary<Signature<?>> calls() {
        return Combinators.combine(tasks(), values().list().ofMaxSize(3), kwargs(), Arbitraries.of(true, false))
                .as(Signature.Call::new);
    }

    private static Arbitrary<Signature<?>> items() {
        Arbitrary<List<Object>> items = values().list().ofMaxSize(4);
        return Arbitraries.oneOf(
                Combinators.combine(tasks(), items, Arbitraries.of(true, false)).as(Signature.Each::new),
                Combinators.combine(tasks(), items, Arbitraries.integers().between(1, 100))
                        .as(Signature.Chunks::new));
    }

    private static Arbitrary<Signature<?>> composed() {
        Arbitrary<List<Signature<?>>> some = any().list().ofMaxSize(3);
        return Arbitraries.oneOf(
                some.map(Signature.Chain::new),
                some.map(Signature.Group::new),
                Combinators.combine(some, any()).as(Signature.Chord::new),
                Combinators.combine(any(), values().list().ofMaxSize(2), kwargs())
                        .as(Signature.Applied::new));
    }

    private static Arbitrary<Map<String, Object>> kwargs() {
        return Arbitraries.maps(
                        Arbitraries.oneOf(
                                Arbitraries.of("x", "y", "class"),
                                Arbitraries.strings().ofMaxLength(4)),
                        values())
                .ofMaxSize(2);
    }

    private static Arbitrary<Object> values() {
        return Arbitraries.lazyOf(
                () -> Arbitraries.integers().asGeneric(),
                () -> Arbitraries.oneOf(
                                Arbitraries.longs()
                                        .filter(each -> each != each.intValue())
                                        .asGeneric(),
                                Arbitraries.doubles().asGeneric(),
                                Arbitraries.of(
                                                true,
                                                false,
                                                Double.NaN,
                                                Double.POSITIVE_INFINITY,
                                                Double.NEGATIVE_INFINITY,
                                                -0.0,
                                                1e-300)
                                        .asGeneric(),
                                Arbitraries.of(
                                                BigInteger.TWO.pow(63),
                                                BigInteger.TWO.pow(64).negate())
                                        .asGeneric(),
                                Arbitraries.strings().all().ofMaxLength(10).asGeneric(),
                                Arbitraries.strings()
                                        .withChars("\"'\\\n\t…é\u0000\u007f\ud83e\udd66")
                                        .ofMaxLength(6)
                                        .asGeneric())
                        .injectNull(0.1),
                () -> values().list().ofMaxSize(3).asGeneric(),
                () -> Arbitraries.maps(Arbitraries.strings().ofMaxLength(3), values())
                        .ofMaxSize(2)
                        .asGeneric());
    }
}
