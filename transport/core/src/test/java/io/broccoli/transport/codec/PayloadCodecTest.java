package io.broccoli.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.frame.Body;
import io.broccoli.frame.Payload;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.UnencodableException;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadCodecTest {
    private final MessagePackPayloadCodec codec = new MessagePackPayloadCodec();

    record Reading(String sensor, int value, List<Long> times) {}

    record Wrapper(Reading reading, Object anything) {}

    record Loop(List<Object> next) {}

    enum Color {
        RED
    }

    @SuppressWarnings("UnusedVariable")
    private static List<Integer> integers = List.of();

    @SuppressWarnings("UnusedVariable")
    private static Map<String, List<Double>> doubles = Map.of();

    @SuppressWarnings("UnusedVariable")
    private static List<Reading> readings = List.of();

    private static Type typeOf(String field) throws NoSuchFieldException {
        return PayloadCodecTest.class.getDeclaredField(field).getGenericType();
    }

    private @Nullable Object there(@Nullable Object value, Type type) {
        return codec.decode(codec.encode(value), type);
    }

    @Test
    void numbersBecomeOtherNumbersWhereNothingIsLost() {
        assertThat(there(3, int.class)).isEqualTo(3);
        assertThat(there(3, Long.class)).isEqualTo(3L);
        assertThat(there(3, double.class)).isEqualTo(3.0);
        assertThat(there(3.0, Integer.class)).isEqualTo(3);
        assertThat(there(3L, short.class)).isEqualTo((short) 3);
        assertThat(there(0.5, float.class)).isEqualTo(0.5f);
        assertThat(there((byte) 3, Object.class)).isEqualTo(3);
        assertThat(there(1L << 40, Number.class)).isEqualTo(1L << 40);
        assertThat(there(7, BigInteger.class)).isEqualTo(BigInteger.valueOf(7));
        assertThat(there(BigInteger.ONE.shiftLeft(63), Object.class)).isEqualTo(BigInteger.ONE.shiftLeft(63));
    }

    @Test
    void whatDoesNotFitSaysWhatAndWhereAndWhatWasWanted() {
        assertThatThrownBy(() -> there(1L << 40, int.class))
                .isInstanceOf(ConversionException.class)
                .hasMessage("$: 1099511627776 (Long) is not int");
        assertThatThrownBy(() -> there(1.5, Integer.class)).hasMessage("$: 1.5 (Double) is not java.lang.Integer");
        assertThatThrownBy(() -> there(null, int.class)).hasMessage("$: null is not int");
        assertThatThrownBy(() -> there("3", int.class)).hasMessage("$: 3 (String) is not int");
        assertThatThrownBy(() -> there(3, String.class)).hasMessage("$: 3 (Integer) is not java.lang.String");
        assertThatThrownBy(() -> there(List.of(1, 2, "x"), typeOf("integers")))
                .isInstanceOf(ConversionException.class)
                .hasMessage("$[2]: x (String) is not java.lang.Integer");
        assertThatThrownBy(() -> there(Map.of("a", List.of(1, false)), typeOf("doubles")))
                .hasMessage("$.a[1]: false (Boolean) is not java.lang.Double");
    }

    @Test
    void recordsFailWithTheirPathToo() {
        List<Object> found = List.of(Map.of("sensor", "s", "value", 1, "times", List.of(1, 2.5)));
        assertThatThrownBy(() -> there(found, typeOf("readings")))
                .isInstanceOf(ConversionException.class)
                .hasMessageStartingWith("$[0].times[1]: ")
                .hasMessageContaining("2.5");
        assertThatThrownBy(() -> codec.convert(Map.of("sensor", "s", "value", "7"), Reading.class))
                .isInstanceOf(ConversionException.class)
                .hasMessageStartingWith("$.value: ");
        assertThatThrownBy(() -> there(Map.of("sensor", "s"), Reading.class))
                .isInstanceOf(ConversionException.class)
                .hasMessageStartingWith("$.value: ");
    }

    @Test
    void listsAndMapsOfPlainValues() throws Exception {
        assertThat(there(List.of(1, 2L, 3.0), typeOf("integers"))).isEqualTo(List.of(1, 2, 3));
        assertThat(there(Map.of("a", List.of(1, 2.5)), typeOf("doubles"))).isEqualTo(Map.of("a", List.of(1.0, 2.5)));
        assertThat(there(new int[] {1, 300}, List.class)).isEqualTo(List.of(1, 300));
        assertThat(there(new long[] {1, 1L << 40}, List.class)).isEqualTo(List.of(1, 1L << 40));
        assertThat(there(new double[] {0.5}, List.class)).isEqualTo(List.of(0.5));
        assertThat(there(new String[] {"a", null}, List.class)).isEqualTo(Arrays.asList("a", null));
        assertThat(there(Set.of("x"), Object.class)).isEqualTo(List.of("x"));
        assertThat(there(Map.of(Color.RED, 1), Map.class)).isEqualTo(Map.of("RED", 1));
        assertThat(there(null, String.class)).isNull();
        assertThat((byte[]) there(new byte[] {1, 2}, byte[].class)).containsExactly(1, 2);
    }

    @Test
    void recordsGoThereAndBackWhereverTheyAre() throws Exception {
        Reading reading = new Reading("t1", 21, List.of(1L, 1L << 40));
        assertThat(there(reading, Reading.class)).isEqualTo(reading);
        assertThat(there(List.of(reading, reading), typeOf("readings"))).isEqualTo(List.of(reading, reading));
        assertThat(there(reading, Map.class))
                .isEqualTo(Map.of("sensor", "t1", "value", 21, "times", List.of(1, 1L << 40)));
        assertThat(codec.convert(Map.of("sensor", "t1", "value", 21.0, "times", List.of(1, 1L << 40)), Reading.class))
                .isEqualTo(reading);
        assertThat(there(Color.RED, Color.class)).isEqualTo(Color.RED);
        Wrapper wrapper = new Wrapper(reading, codec.encode(List.of(1)));
        assertThat(there(wrapper, Wrapper.class)).isEqualTo(new Wrapper(reading, List.of(1)));
    }

    @Test
    void aPayloadInAValueIsTheValueThatItHolds() {
        Payload inner = codec.encode(List.of(1, "x"));
        assertThat(there(Map.of("k", inner), Object.class)).isEqualTo(Map.of("k", List.of(1, "x")));
        assertThat(codec.decode(inner, Payload.class)).isSameAs(inner);
        assertThat(codec.convert(inner, Object.class)).isEqualTo(List.of(1, "x"));
        Body.Call call = new Body.Call(1, List.of(inner, 2), Map.of(), Body.Headers.NONE);
        assertThat(codec.decodeBody(codec.encodeBody(call)))
                .isEqualTo(new Body.Call(1, List.of(List.of(1, "x"), 2), Map.of(), Body.Headers.NONE));
        assertThatThrownBy(() -> codec.encode(List.of(Payload.EMPTY)))
                .isInstanceOf(UnencodableException.class)
                .hasMessageStartingWith("$[0]: an empty payload");
    }

    @Test
    void whatCannotBeWrittenSaysWhatAndWhere() {
        List<Object> cycle = new ArrayList<>();
        cycle.add(cycle);
        assertThatThrownBy(() -> codec.encode(cycle))
                .isInstanceOf(UnencodableException.class)
                .hasMessageContaining("[0][0]")
                .hasMessageContaining("32 levels");
        List<Object> within = new ArrayList<>();
        within.add(new Loop(within));
        assertThatThrownBy(() -> codec.encode(within)).isInstanceOf(UnencodableException.class);
        assertThatThrownBy(() -> codec.encode(Map.of("x", List.of(0, BigInteger.ONE.shiftLeft(64)))))
                .isInstanceOf(UnencodableException.class)
                .hasMessage("$.x[1]: an integer of more than 64 bits: 65 bits");
        assertThatThrownBy(() -> codec.encode(List.of(new Object())))
                .isInstanceOf(UnencodableException.class)
                .hasMessageStartingWith("$[0]: java.lang.Object cannot be written");
        assertThatThrownBy(() -> codec.encode(java.util.Collections.singletonMap(null, 1)))
                .isInstanceOf(UnencodableException.class);
        Body.Call call = new Body.Call(1, List.of(1, List.of(new Object())), Map.of(), Body.Headers.NONE);
        assertThatThrownBy(() -> codec.encodeBody(call)).hasMessageStartingWith("$.args[1][0]: ");
        Body.Step step = new Body.Step(1, List.of(), Map.of("k", new Object()), false);
        assertThatThrownBy(() -> codec.encodeBody(new Body.Chain(List.of(step, step), Body.Headers.NONE)))
                .hasMessageStartingWith("$.steps[0].kwargs.k: ");
    }

    @Test
    void aListWithoutEndIsRefused() {
        List<Integer> endless = new AbstractList<>() {
            @Override
            public Integer get(int index) {
                return index;
            }

            @Override
            public int size() {
                return Integer.MAX_VALUE;
            }
        };
        assertThatThrownBy(() -> codec.encode(List.of(1, endless)))
                .isInstanceOf(UnencodableException.class)
                .hasMessageMatching("\\$\\[1]\\[\\d+]: it takes more than 33554432 bytes");
        assertThat(codec.encode(3).array().length).isLessThan(1 << 20); // nothing of it is kept
    }

    @Test
    void whatCanBeWrittenCanBeRead() {
        Object deep = 1;
        for (int i = 0; i < Limits.DEPTH; i++) {
            deep = List.of(deep);
        }
        assertThat(there(deep, Object.class)).isEqualTo(deep);
        Object deeper = List.of(deep);
        assertThatThrownBy(() -> codec.encode(deeper)).isInstanceOf(UnencodableException.class);
        Payload payload = codec.encode(deep);
        assertThatThrownBy(() -> codec.encode(List.of(payload)))
                .isInstanceOf(UnencodableException.class)
                .hasMessageStartingWith("$[0]: a payload that cannot go here");
    }

    @Test
    void aFailureLeavesNothingBehind() {
        assertThatThrownBy(() -> codec.encode(List.of(1, 2, new Object()))).isInstanceOf(UnencodableException.class);
        assertThat(codec.encode(1).toBytes()).containsExactly(1);
    }

    @Test
    void aValueMayEncodeAnotherWhileItIsWritten() {
        List<Object> lazy = new AbstractList<>() {
            @Override
            public Object get(int index) {
                return codec.encode("inner" + index);
            }

            @Override
            public int size() {
                return 2;
            }
        };
        assertThat(there(lazy, Object.class)).isEqualTo(List.of("inner0", "inner1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 4_000, 5_000, 20_000, 1_000_000})
    void payloadsStayAsTheyAreWhileOthersAreWritten(int size) {
        List<Payload> payloads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            payloads.add(codec.encode("abcdefghij".substring(i % 10, i % 10 + 1).repeat(size)));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(codec.decode(payloads.get(i), String.class))
                    .isEqualTo("abcdefghij".substring(i % 10, i % 10 + 1).repeat(size));
        }
    }

    @Test
    void everyKindOfValueMayMeetTheEndOfASlab() {
        List<Object> values = List.of("é", "x", "abcdefé", 1L << 40, 1.5, 70_000, new byte[] {1}, List.of("é", 0.5));
        for (Object value : values) {
            Payload first = codec.encode(value);
            for (int i = 0; i < 40_000; i++) {
                assertThat(codec.encode(value).equals(first)).isTrue();
            }
            codec.encode(true);
        }
    }

    @Test
    void brokenPayloadsAreMalformedForEveryType() {
        Payload cut = Payload.of(new byte[] {(byte) 0x92, 1});
        for (Type type : List.of(Object.class, int.class, Reading.class, List.class)) {
            assertThatThrownBy(() -> codec.decode(cut, type)).isInstanceOf(MalformedFrameException.class);
        }
        Payload more = Payload.of(new byte[] {1, 2});
        assertThatThrownBy(() -> codec.decode(more, int.class)).hasMessage("byte 1: 1 bytes more than there should be");
        assertThatThrownBy(() -> codec.decodeBody(cut)).isInstanceOf(MalformedFrameException.class);
        assertThatThrownBy(() -> codec.decodeBody(Payload.of(new byte[] {(byte) 0x91, -5})))
                .hasMessage("byte 1: -5, which is neither a function nor a kind of body");
    }
}
