package io.broccoli.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.window.Stream.Fired;
import io.broccoli.window.Stream.Input;
import io.broccoli.window.Stream.Kind;
import io.broccoli.window.Stream.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables against the design's conformance cases, and against the definition with streams by chance. */
@NullUnmarked
class TableConformanceTest {

    static List<Stream> cases() throws IOException {
        return Stream.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theDefinitionGivesWhatTheCaseSays(Stream each) {
        assertThat(Definition.run(each)).isEqualTo(each.expect());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aTableGivesWhatTheCaseSaysAndKeepsNoMore(Stream each) {
        check(each, each.expect(), Player.play(each));
    }

    @Test
    void windowsOfStreamsByChanceAreThoseOfTheDefinition() {
        for (long seed : RandomStreams.seeds()) {
            Stream stream = RandomStreams.windows(seed);
            check(stream, Definition.run(stream), Player.play(stream));
        }
    }

    @Test
    void joinsOfStreamsByChanceAreThoseOfTheDefinition() {
        for (long seed : RandomStreams.seeds()) {
            Stream stream = RandomStreams.join(seed);
            check(stream, Definition.run(stream), Player.play(stream));
        }
    }

    @Test
    void foldsOfStreamsByChanceHoldEachSampleOfTheWindowOnce() {
        for (long seed : RandomStreams.seeds()) {
            Stream stream = RandomStreams.windows(seed);
            WindowTable<Object, Object, Set<Object>> table =
                    WindowTable.folding(stream.window(), stream.disorderTime(), stream.latenessTime(), new Sets());
            Outcome folded = Player.windows(
                    stream,
                    table,
                    it -> List.of(
                            String.valueOf(it.key()),
                            it.start().toEpochMilli(),
                            it.end().toEpochMilli(),
                            it.revision(),
                            it.value()));
            Outcome expected = Definition.run(stream);
            List<Object> sets = new ArrayList<>();
            for (Object each : expected.results()) {
                Fired it = (Fired) each;
                sets.add(List.of(
                        String.valueOf(it.key()), it.start(), it.end(), it.revision(), new HashSet<>(it.values())));
            }
            check(stream, new Outcome(sets, expected.at(), expected.late(), expected.most()), folded);
        }
    }

    /** Fails if a sample is added twice, or if one accumulator is in two results that change it. */
    private static final class Sets implements Fold<Object, Set<Object>, Set<Object>> {
        @Override
        public Set<Object> init() {
            return new HashSet<>();
        }

        @Override
        public Set<Object> add(Set<Object> accumulator, Object value) {
            assertThat(accumulator.add(value)).isTrue();
            return accumulator;
        }

        @Override
        public Set<Object> merge(Set<Object> first, Set<Object> second) {
            second.forEach(value -> add(first, value));
            return first;
        }

        @Override
        public Set<Object> finish(Set<Object> accumulator) {
            return Set.copyOf(accumulator);
        }
    }

    @Test
    void timesAtTheEdgesOfALongAreNoDifferentFromOthers() {
        for (long seed : RandomStreams.seeds()) {
            Stream stream = RandomStreams.windows(seed);
            Outcome expected = Definition.run(stream);
            long[] times = stream.input().stream()
                    .filter(it -> it.kind() == Kind.SAMPLE)
                    .mapToLong(Input::t)
                    .toArray();
            if (times.length > 0) {
                Arrays.sort(times);
                // Sessions are ordered by their ends, which are cut at the largest long.
                long room =
                        stream.window() instanceof Window.Session it ? it.gap().toMillis() : 0;
                checkShifted(stream, expected, Long.MAX_VALUE - Math.max(0, times[times.length - 1] + room));
                checkShifted(stream, expected, Long.MIN_VALUE - Math.min(0, times[0]));
            }
        }
    }

    private static void checkShifted(Stream stream, Outcome expected, long by) {
        Window.Events window = stream.window();
        if (window instanceof Window.Periodic it) {
            long slide = it.slide().toMillis();
            long offset = Math.floorMod(by, slide) + it.offset().toMillis();
            window = it.withOffset(Duration.ofMillis(offset));
        }
        List<Input> input = stream.input().stream()
                .map(it -> it.kind() == Kind.SAMPLE ? it.at(it.t() + by) : it)
                .toList();
        Stream shifted = new Stream(
                stream.name() + " shifted by " + by, window, 0, 0, stream.disorder(), stream.lateness(), input, null);
        List<Fired> results = new ArrayList<>();
        for (Object each : expected.results()) {
            Fired it = (Fired) each;
            results.add(new Fired(
                    it.key(), Millis.plus(it.start(), by), Millis.plus(it.end(), by), it.revision(), it.values()));
        }
        check(shifted, new Outcome(results, expected.at(), expected.late(), expected.most()), Player.play(shifted));
    }

    private static void check(Stream stream, Outcome expected, Outcome actual) {
        if (expected.results().equals(actual.results())
                && expected.at().equals(actual.at())
                && expected.late().equals(actual.late())
                && actual.most() <= expected.most()) {
            return;
        }
        assertThat(actual)
                .as("%s: %s", stream.name(), stream)
                .usingRecursiveComparison()
                .ignoringFields("most")
                .isEqualTo(expected);
        assertThat(actual.most()).as("%s: samples kept", stream.name()).isLessThanOrEqualTo(expected.most());
    }
}
