package io.broccoli.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.broccoli.feed.Sample;
import io.broccoli.frame.Payload;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.UnencodableException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of docs/values.md, and what is refused because it would change on its way. */
class TravelledValuesTest {

    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00.000000001Z");
    private static final ZonedDateTime THERE = ZonedDateTime.parse("2026-05-04T14:00:00+02:00[Europe/Berlin]");
    private static final UUID ID = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");

    private final MessagePackPayloadCodec codec = new MessagePackPayloadCodec();

    record Reading(String sensor, int value) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Tolerant(String sensor) {}

    record Times(
            Instant instant,
            LocalDate date,
            LocalDateTime dateTime,
            ZonedDateTime zoned,
            Duration duration,
            UUID id,
            BigDecimal price,
            Optional<Integer> some,
            Optional<String> none) {}

    /** Neither a record nor immutable. */
    public static final class Bean {
        public String name = "";
        public double @Nullable [] values;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bean bean && name.equals(bean.name) && Objects.deepEquals(values, bean.values);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    private static Bean bean() {
        Bean bean = new Bean();
        bean.name = "b";
        bean.values = new double[] {1.5, Double.NaN};
        return bean;
    }

    /** A value, and what members that know no types see of it. */
    static Stream<Arguments> table() {
        return Stream.of(
                arguments(5, 5),
                arguments(Long.MIN_VALUE, Long.MIN_VALUE),
                arguments((short) -3, -3),
                arguments(new BigInteger("18446744073709551615"), new BigInteger("18446744073709551615")),
                arguments(1.5, 1.5),
                arguments(2.5f, 2.5),
                arguments(Double.NaN, Double.NaN),
                arguments(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY),
                arguments(Float.POSITIVE_INFINITY, Double.POSITIVE_INFINITY),
                arguments(true, true),
                arguments("gr\u00fcn \ud83c\udf31", "gr\u00fcn \ud83c\udf31"),
                arguments(new byte[] {1, -1}, new byte[] {1, -1}),
                arguments(new int[] {1, 2}, List.of(1, 2)),
                arguments(new long[] {1L << 40}, List.of(1L << 40)),
                arguments(new double[] {0.5}, List.of(0.5)),
                arguments(new float[] {0.5f}, List.of(0.5)),
                arguments(new String[] {"a"}, List.of("a")),
                arguments(DayOfWeek.MONDAY, "MONDAY"),
                arguments(new Reading("s", 1), Map.of("sensor", "s", "value", 1)),
                arguments(bean(), Map.of("name", "b", "values", List.of(1.5, Double.NaN))),
                arguments(NOON, "2026-05-04T12:00:00.000000001Z"),
                arguments(LocalDate.of(2026, 5, 4), "2026-05-04"),
                arguments(LocalDateTime.of(2026, 5, 4, 12, 0, 1), "2026-05-04T12:00:01"),
                arguments(THERE, "2026-05-04T14:00:00+02:00[Europe/Berlin]"),
                arguments(Duration.ofMillis(61_500), "PT1M1.5S"),
                arguments(ID, "01234567-89ab-cdef-0123-456789abcdef"),
                arguments(new BigDecimal("1E+3"), "1000"),
                arguments(new BigDecimal("0.10"), "0.10"));
    }

    @ParameterizedTest
    @MethodSource("table")
    void whatTravelsArrivesAndIsPlainForWhoKnowsNoTypes(Object value, Object plain) {
        Object expected = value instanceof BigDecimal price ? new BigDecimal(price.toPlainString()) : value;
        assertThat(codec.decode(codec.encode(value), value.getClass())).isEqualTo(expected);
        assertThat(codec.decode(codec.encode(value), Object.class)).isEqualTo(plain);
        assertThat(codec.convert(plain, value.getClass())).isEqualTo(expected); // as an argument
        assertThat(codec.decode(codec.encode(Map.of("in", List.of(value))), Object.class))
                .extracting("in")
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .first()
                .isEqualTo(plain);
    }

    @Test
    void setsAndWhatIsWithinRecordsTravelTheSameWay() {
        assertThat(codec.decode(codec.encode(Set.of(3)), Set.class)).isEqualTo(Set.of(3));
        Times times = new Times(
                NOON,
                LocalDate.EPOCH,
                LocalDateTime.of(2026, 1, 1, 0, 0),
                THERE,
                Duration.ofSeconds(2),
                ID,
                new BigDecimal("12.50"),
                Optional.of(7),
                Optional.empty());
        Payload there = codec.encode(times);
        assertThat(codec.decode(there, Times.class)).isEqualTo(times);
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        plain.put("instant", NOON.toString());
        plain.put("date", "1970-01-01");
        plain.put("dateTime", "2026-01-01T00:00:00");
        plain.put("zoned", "2026-05-04T14:00:00+02:00[Europe/Berlin]");
        plain.put("duration", "PT2S");
        plain.put("id", ID.toString());
        plain.put("price", "12.50");
        plain.put("some", 7);
        plain.put("none", null);
        assertThat(codec.decode(there, Object.class)).isEqualTo(plain);
        assertThat(codec.decode(codec.encode(Optional.of(3)), Object.class)).isEqualTo(3);
        assertThat(codec.decode(codec.encode(Optional.empty()), Object.class)).isNull();
    }

    @Test
    void aSampleTravelsWholeAndIsTakenForItsValueWhereOnlyThatFits() {
        Sample<Double> sample = new Sample<>("n1", 3, 4, 0, NOON, 21.5);
        Payload there = codec.encode(sample);
        Object plain = codec.decode(there, Object.class);
        assertThat(plain)
                .isEqualTo(Map.of(
                        "node", "n1", "epoch", 3, "sequence", 4, "missed", 0, "time", NOON.toString(), "value", 21.5));
        assertThat(codec.decode(there, Sample.class)).isEqualTo(sample);
        assertThat(codec.convert(plain, Sample.class)).isEqualTo(sample);
        assertThat(codec.convert(plain, double.class)).isEqualTo(21.5);
        assertThat(codec.decode(there, Double.class)).isEqualTo(21.5);
        Object typed = codec.decode(codec.encode(new Sample<>("n1", 1, 1, 0, NOON, new Reading("s", 2))), Object.class);
        assertThat(codec.convert(typed, Reading.class)).isEqualTo(new Reading("s", 2));
        assertThatThrownBy(() -> codec.convert(plain, Reading.class)).isInstanceOf(ConversionException.class);
        Sample<Double> result = new Sample<>("n1", 3, 40, 2, NOON, 21.5, Duration.ofMillis(7), 38);
        assertThat(codec.decode(codec.encode(result), Sample.class)).isEqualTo(result);
        assertThat(codec.decode(codec.encode(result), Double.class)).isEqualTo(21.5);
        Sample<Double> mark = new Sample<>("n1", 3, 40, 0, NOON, null, Duration.ZERO, 0);
        assertThat(codec.decode(codec.encode(mark), Sample.class)).isEqualTo(mark);
    }

    // ---- no silent changes

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\ud83c",
                "a\udf31",
                "\udf31\ud83c",
                "0123456789012345678901234567890123456789\ud83c0123456789012345"
            })
    void halfASurrogatePairIsRefusedWhereverItIs(String half) {
        for (Object value : List.of(half, List.of(half), Map.of(half, 1), new Reading(half, 1), new Object[] {half})) {
            assertThatThrownBy(() -> codec.encode(value))
                    .isInstanceOf(UnencodableException.class)
                    .hasMessageContaining("half a surrogate pair");
        }
        record Keys(Map<String, Integer> keys) {}
        assertThatThrownBy(() -> codec.encode(new Keys(Map.of(half, 1)))).hasMessageContaining("half a surrogate pair");
    }

    @Test
    void keysThatBecomeEqualAreRefused() {
        Map<Object, Integer> map = new LinkedHashMap<>();
        map.put(1, 10);
        map.put("1", 20);
        record Keys(Map<Object, Integer> keys) {}
        for (Object value : List.of(map, List.of(map), new Keys(map))) {
            assertThatThrownBy(() -> codec.encode(value))
                    .isInstanceOf(UnencodableException.class)
                    .hasMessageContaining("two keys of a map would both be \"1\"");
        }
        assertThat(codec.decode(codec.encode(Map.of(1, 10, "2", 20)), Object.class))
                .isEqualTo(Map.of("1", 10, "2", 20));
    }

    @Test
    void aFieldThatARecordDoesNotHaveIsNamed() {
        Map<String, Object> misspelt = Map.of("sensor", "s", "valeu", 3);
        assertThatThrownBy(() -> codec.convert(misspelt, Reading.class))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("valeu");
        assertThatThrownBy(() -> codec.decode(codec.encode(misspelt), Reading.class))
                .hasMessageContaining("valeu");
        assertThat(codec.convert(misspelt, Tolerant.class)).isEqualTo(new Tolerant("s"));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 40, 300})
    void bytesThatAreNoUtf8AreMalformedWhereTheyAreRead(int length) {
        Payload good = codec.encode(List.of("x".repeat(length)));
        byte[] bytes = good.toBytes();
        bytes[bytes.length - 1] = (byte) 0xc3; // the first of two
        Payload bad = Payload.of(bytes);
        for (Class<?> type : List.of(Object.class, List.class, String[].class)) {
            assertThatThrownBy(() -> codec.decode(bad, type))
                    .isInstanceOf(MalformedFrameException.class)
                    .hasMessageContaining("not UTF-8");
        }
        assertThat(codec.decode(codec.encode("a\ufffd"), String.class)).isEqualTo("a\ufffd");
    }

    @Test
    void aDecimalNumberThatWouldFillTheMemoryIsRefused() {
        assertThatThrownBy(() -> codec.encode(new BigDecimal("1E+1000000000")))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("10000 digits");
        String digits = "9".repeat(30_000);
        assertThatThrownBy(() -> codec.convert(digits, BigDecimal.class)).isInstanceOf(ConversionException.class);
        assertThatThrownBy(() -> codec.convert("x", BigDecimal.class)).isInstanceOf(ConversionException.class);
        assertThat(new String(codec.encode(new BigDecimal("1.5")).toBytes(), StandardCharsets.UTF_8))
                .endsWith("1.5");
    }
}
