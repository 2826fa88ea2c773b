package io.broccoli.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.window.Stream.Input;
import io.broccoli.window.Stream.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** As-of and aligning joins of streams by chance against a plain computation over all samples that are not late. */
@NullUnmarked
class AsOfAndAlignTest {

    private static final long AGE = 15;
    private static final long PERIOD = 7;

    private static boolean isSample(Input item) {
        return item.kind() == Kind.SAMPLE;
    }

    /** The samples that are not behind the watermark when they come. */
    private static List<Input> inTime(Stream stream) {
        Definition.Mark mark = new Definition.Mark(stream.disorder());
        List<Input> taken = new ArrayList<>();
        for (Input item : stream.input()) {
            if (isSample(item) && (mark.at == null || item.t() >= mark.at)) {
                taken.add(item);
            }
            mark.take(item);
        }
        return taken;
    }

    @Test
    void anAsOfJoinGivesEachSampleTheLatestThatIsNotNewer() {
        int met = 0;
        for (long seed : RandomStreams.seeds()) {
            Stream stream = RandomStreams.join(seed);
            List<Input> samples = inTime(stream);
            List<Pair<Object, Object, Object>> expected = new ArrayList<>();
            samples.stream()
                    .filter(it -> it.side().equals("a"))
                    .sorted(Comparator.comparingLong(Input::t)) // stable: equal ones in the order of arrival
                    .forEach(a -> {
                        Input best = null;
                        for (Input b : samples) {
                            if (b.side().equals("b")
                                    && Objects.equals(a.key(), b.key())
                                    && b.t() <= a.t()
                                    && a.t() - b.t() <= AGE
                                    && (best == null || b.t() >= best.t())) {
                                best = b;
                            }
                        }
                        expected.add(new Pair<>(a.key(), a.value(), best == null ? null : best.value()));
                    });
            AsOfTable<Object, Object, Object> table = new AsOfTable<>(Duration.ofMillis(AGE), stream.disorderTime());
            List<Object> actual = new ArrayList<>();
            for (Input item : stream.input()) {
                switch (item.kind()) {
                    case JOINED -> table.joined(item.source());
                    case ENDED -> table.ended(item.source());
                    case IDLE -> table.idle(item.source());
                    case SAMPLE -> {
                        if (item.side().equals("a")) {
                            table.a(item.source(), item.t(), item.key(), item.value());
                        } else {
                            table.b(item.source(), item.t(), item.key(), item.value());
                        }
                    }
                }
                drain(table, actual);
            }
            table.end();
            drain(table, actual);
            assertThat(actual).as("seed %d: %s", seed, stream).isEqualTo(expected);
            long samplesInStream =
                    stream.input().stream().filter(AsOfAndAlignTest::isSample).count();
            assertThat(table.late()).isEqualTo(samplesInStream - samples.size());
            met += expected.stream().anyMatch(it -> it.b() != null) ? 1 : 0;
        }
        assertThat(met).isPositive();
    }

    private static void drain(AsOfTable<Object, Object, Object> table, List<Object> into) {
        for (Object it = table.next(); it != null; it = table.next()) {
            into.add(it);
        }
    }

    @Test
    void aTickHasTheLastValueOfEachSource() {
        for (long seed : RandomStreams.seeds()) {
            Stream stream = RandomStreams.windows(seed);
            compare(stream, false, AlignTable.last(millis(PERIOD), millis(AGE), stream.disorderTime()));
        }
    }

    @Test
    void aTickHasAValueBetweenTheNeighboursOfEachSource() {
        for (long seed : RandomStreams.seeds()) {
            Stream stream = RandomStreams.windows(seed);
            compare(
                    stream,
                    true,
                    AlignTable.between(millis(PERIOD), millis(AGE), stream.disorderTime(), Interpolation.LINEAR));
        }
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    private static void compare(Stream stream, boolean linear, AlignTable<String, Double> table) {
        List<Aligned<String, Double>> actual = new ArrayList<>();
        for (Input item : stream.input()) {
            switch (item.kind()) {
                case JOINED -> table.joined(item.source());
                case ENDED -> table.ended(item.source());
                case IDLE -> table.idle(item.source());
                case SAMPLE -> table.sample(item.source(), item.t(), ((Long) item.value()).doubleValue());
            }
            drain(table, actual);
        }
        table.end();
        drain(table, actual);
        assertThat(actual).as("%s: %s", stream.name(), stream).isEqualTo(ticks(inTime(stream), linear));
    }

    private static void drain(AlignTable<String, Double> table, List<Aligned<String, Double>> into) {
        for (Aligned<String, Double> it = table.next(); it != null; it = table.next()) {
            into.add(it);
        }
    }

    private static List<Aligned<String, Double>> ticks(List<Input> samples, boolean linear) {
        Map<String, TreeMap<Long, Double>> sources = new LinkedHashMap<>();
        long oldest = Long.MAX_VALUE;
        long newest = Long.MIN_VALUE;
        for (Input it : samples) {
            sources.computeIfAbsent(it.source(), source -> new TreeMap<>())
                    .put(it.t(), ((Long) it.value()).doubleValue());
            oldest = Math.min(oldest, it.t());
            newest = Math.max(newest, it.t());
        }
        List<Aligned<String, Double>> ticks = new ArrayList<>();
        for (long tick = -Math.floorDiv(-oldest, PERIOD) * PERIOD; tick <= newest; tick += PERIOD) {
            Map<String, Double> values = new LinkedHashMap<>();
            for (Map.Entry<String, TreeMap<Long, Double>> each : sources.entrySet()) {
                Map.Entry<Long, Double> before = each.getValue().floorEntry(tick);
                if (before == null || tick - before.getKey() > AGE) {
                    continue;
                }
                Map.Entry<Long, Double> after = each.getValue().ceilingEntry(tick);
                if (!linear || before.getKey() == tick) {
                    values.put(each.getKey(), before.getValue());
                } else if (after != null && after.getKey() - tick <= AGE) {
                    double fraction = (double) (tick - before.getKey()) / (after.getKey() - before.getKey());
                    values.put(each.getKey(), before.getValue() + (after.getValue() - before.getValue()) * fraction);
                }
            }
            if (!values.isEmpty()) {
                ticks.add(new Aligned<>(Instant.ofEpochMilli(tick), values));
            }
        }
        return ticks;
    }

    @Test
    void aGapBetweenSamplesMakesNoTicks() {
        AlignTable<String, Double> table = AlignTable.last(millis(1), millis(2), Duration.ZERO);
        List<Aligned<String, Double>> ticks = new ArrayList<>();
        for (long time : new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE}) {
            assertThat(table.sample("one", time, 1.0)).isTrue();
            drain(table, ticks);
        }
        table.end();
        drain(table, ticks);
        assertThat(ticks)
                .extracting(it -> it.tick().toEpochMilli())
                .containsExactly(Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MIN_VALUE + 2, 0L, 1L, 2L, Long.MAX_VALUE);
        assertThat(table.held()).isZero();
    }
}
