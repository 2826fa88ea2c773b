package io.broccoli.transport.codec;

import io.broccoli.frame.Payload;
import io.broccoli.fuzz.Fuzz;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.MalformedFrameException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values as types that handlers ask for. The first byte chooses the type. */
class ValuesFuzz extends Fuzz {

    private static final MessagePackPayloadCodec PAYLOADS = new MessagePackPayloadCodec();

    enum Colour {
        RED,
        GREEN
    }

    record Reading(String sensor, double value, @Nullable Instant at, List<Colour> colours, Optional<Reading> before) {}

    private static final List<Type> TYPES = List.of(
            Object.class,
            long.class,
            int.class,
            double.class,
            boolean.class,
            String.class,
            byte[].class,
            int[].class,
            List.class,
            Map.class,
            Colour.class,
            Instant.class,
            Duration.class,
            UUID.class,
            BigDecimal.class,
            Reading.class,
            Reading[].class);

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Payload payload = Payload.of(input, 1, input.length - 1);
        Type type = TYPES.get((input[0] & 0xff) % TYPES.size());
        try {
            Object value = PAYLOADS.decode(payload, type);
            Payload written = PAYLOADS.encode(value);
            Object again = PAYLOADS.decode(written, type);
            if (!Objects.deepEquals(value, again) && !Objects.equals(written, PAYLOADS.encode(again))) {
                throw new AssertionError("as " + type + " it was " + value + ", and then " + again);
            }
        } catch (MalformedFrameException | ConversionException refused) {
            // one of the two things that may happen
        }
    }

    @Override
    protected void feed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    @Override
    protected Stream<byte[]> seeds() {
        return Golden.samples("values").stream().map(Golden::bytes).flatMap(value -> Stream.iterate(0, i -> i + 1)
                .limit(TYPES.size())
                .map(type -> {
                    byte[] input = new byte[value.length + 1];
                    input[0] = (byte) (int) type;
                    System.arraycopy(value, 0, input, 1, value.length);
                    return input;
                }));
    }
}
