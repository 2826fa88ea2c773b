package io.broccoli.spi;

import io.broccoli.frame.Body;
import io.broccoli.frame.Payload;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Makes bytes of values and of task bodies. May be called from any thread. A {@link Payload} inside a value is written as the
 * value that it holds, without being decoded.
 */
public interface PayloadCodec {

    /** @throws UnencodableException if a value of it cannot be written, with the path to it */
    Payload encodeBody(Body body);

    /** @throws MalformedFrameException if the bytes are not a body, or exceed the limits of depth or length */
    Body decodeBody(Payload payload);

    /** @throws UnencodableException if it, or a value in it, cannot be written, with the path to it */
    Payload encode(@Nullable Object value);

    /**
     * Reads a value.
     *
     * @param type {@code Object.class} gives the plain values of {@link Body}
     * @throws ConversionException if the value is not of that type, with the path to what is not
     */
    @Nullable Object decode(Payload payload, Type type);

    /**
     * Makes a plain value a value of a type, for example a Map a record.
     *
     * @throws ConversionException if that is not possible, with the path to what is not
     */
    @Nullable Object convert(@Nullable Object plain, Type type);
}
