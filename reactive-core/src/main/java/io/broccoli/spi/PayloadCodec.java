package io.broccoli.spi;

import io.broccoli.frame.Body;
import io.broccoli.frame.Payload;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes values and task bodies. Implementations are thread-safe. A {@link Payload} inside a value is
 * copied as the value that it holds, without being decoded.
 */
public interface PayloadCodec {

    /**
     * Encodes a body.
     *
     * @throws UnencodableException if a value in it cannot be encoded; the message names the path to the value
     */
    Payload encodeBody(Body body);

    /**
     * Decodes a body.
     *
     * @throws MalformedFrameException if the bytes are not a body, or exceed the limits of depth or length
     */
    Body decodeBody(Payload payload);

    /**
     * Encodes a value.
     *
     * @throws UnencodableException if it, or a value in it, cannot be encoded; the message names the path to the value
     */
    Payload encode(@Nullable Object value);

    /**
     * Decodes a value.
     *
     * @param type the type of the result; {@code Object.class} returns the plain values of {@link Body}
     * @throws ConversionException if the value cannot be converted; the message names the path
     */
    @Nullable Object decode(Payload payload, Type type);

    /**
     * Converts a plain value to a type, for example a Map to a record.
     *
     * @throws ConversionException if the value cannot be converted; the message names the path
     */
    @Nullable Object convert(@Nullable Object plain, Type type);
}
