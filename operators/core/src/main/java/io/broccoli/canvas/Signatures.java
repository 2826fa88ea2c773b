package io.broccoli.canvas;

import io.broccoli.task.Signature;
import io.broccoli.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The signatures that users write as {@code Canvas.chain(...)} and so on. */
abstract class Signatures {

    Signatures() {}

    /** A chain: each step gets the result of the step before as its first argument. An empty chain cannot be run. */
    public static Signature.Chain<Object> chain(List<? extends Signature<?>> steps) {
        return new Signature.Chain<>(List.copyOf(steps));
    }

    public static <R> Signature.Chain<R> chain(Signature<R> only) {
        return new Signature.Chain<>(List.of(only));
    }

    public static <R> Signature.Chain<R> chain(Signature<?> first, Signature<R> last) {
        return new Signature.Chain<>(List.of(first, last));
    }

    public static <R> Signature.Chain<R> chain(Signature<?> first, Signature<?> second, Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, last));
    }

    public static <R> Signature.Chain<R> chain(
            Signature<?> first, Signature<?> second, Signature<?> third, Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, third, last));
    }

    public static <R> Signature.Chain<R> chain(
            Signature<?> first, Signature<?> second, Signature<?> third, Signature<?> fourth, Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, third, fourth, last));
    }

    public static <R> Signature.Chain<R> chain(
            Signature<?> first,
            Signature<?> second,
            Signature<?> third,
            Signature<?> fourth,
            Signature<?> fifth,
            Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, third, fourth, fifth, last));
    }

    public static <R> Signature.Chain<R> chain(
            Signature<?> first,
            Signature<?> second,
            Signature<?> third,
            Signature<?> fourth,
            Signature<?> fifth,
            Signature<?> sixth,
            Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, third, fourth, fifth, sixth, last));
    }

    public static <R> Signature.Chain<R> chain(
            Signature<?> first,
            Signature<?> second,
            Signature<?> third,
            Signature<?> fourth,
            Signature<?> fifth,
            Signature<?> sixth,
            Signature<?> seventh,
            Signature<R> last) {
        return new Signature.Chain<>(List.of(first, second, third, fourth, fifth, sixth, seventh, last));
    }

    /** A group: members run at the same time, their results are a list. A group in a group is spliced. */
    @SafeVarargs
    @SuppressWarnings("varargs") // copied at once
    public static <R> Signature.Group<R> group(Signature<? extends R>... members) {
        return new Signature.Group<>(List.of(members));
    }

    /** A group of groups, spliced into one group. */
    @SafeVarargs
    @SuppressWarnings("varargs") // copied at once
    public static <R> Signature.Group<R> group(Signature.Group<? extends R>... members) {
        return new Signature.Group<>(List.of(members));
    }

    public static <R> Signature.Group<R> group(List<? extends Signature<? extends R>> members) {
        return new Signature.Group<>(List.copyOf(members));
    }

    public static <R> Signature.Group<R> group(Stream<? extends Signature<? extends R>> members) {
        return group(members.toList());
    }

    /** A chord: the body gets the list of the header's results as its first argument, after all of them succeeded. */
    public static <R> Signature.Chord<R> chord(List<? extends Signature<?>> header, Signature<R> body) {
        return new Signature.Chord<>(List.copyOf(header), body);
    }

    public static <R> Signature.Chord<R> chord(Stream<? extends Signature<?>> header, Signature<R> body) {
        return chord(header.toList(), body);
    }

    public static <R> Signature.Chord<R> chord(Signature.Group<?> header, Signature<R> body) {
        return chord(header.members(), body);
    }

    /** One task for each item; the item is the first argument. The result is the list of results. */
    public static <R> Signature.Each<R> map(Task<R> task, List<?> items) {
        return new Signature.Each<>(task, new ArrayList<>(items), false);
    }

    /** One task for each item; the item is the list of arguments. The result is the list of results. */
    public static <R> Signature.Each<R> starmap(Task<R> task, List<?> items) {
        return new Signature.Each<>(task, new ArrayList<>(items), true);
    }

    /** One task for each chunk of {@code size} argument lists. The result is a list of lists of results. */
    public static <R> Signature.Chunks<R> chunks(Task<R> task, List<?> items, int size) {
        return new Signature.Chunks<>(task, new ArrayList<>(items), size);
    }

    /** The integers from {@code from} up to, but not including, {@code to}, like Python's {@code range}. */
    public static Stream<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed();
    }
}
