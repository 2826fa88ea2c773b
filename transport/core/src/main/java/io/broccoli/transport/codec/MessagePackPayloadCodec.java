package io.broccoli.transport.codec;

import io.broccoli.frame.Body;
import io.broccoli.frame.Payload;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.spi.UnencodableException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Encodes values and bodies in MessagePack, as specified in {@code docs/wire-format.md}. Plain values are encoded
 * directly. Other objects are encoded by Jackson, with the Jackson modules of the class path. Thread-safe.
 *
 * <p>Numbers are converted if no information is lost: an integer to any type that holds it, an integral floating point
 * number to an integer, and any number to the nearest {@code double} or {@code float}. There are no other conversions:
 * not from a string to a number, and not from null to a primitive. A field that a type does not have is an error, unless the
 * type has Jackson's {@code @JsonIgnoreProperties(ignoreUnknown = true)}. A {@code Sample} that a type cannot be made of is
 * taken for its value.
 */
public final class MessagePackPayloadCodec implements PayloadCodec {

    private static final ThreadLocal<WireWriter> WRITERS = ThreadLocal.withInitial(WireWriter::new);

    private final TypedValues typed = new TypedValues();
    private final ValueWriter values = new ValueWriter(typed);
    private final BodyWriter bodies = new BodyWriter(values);
    private final Conversion conversion = new Conversion(typed);

    /** For {@link java.util.ServiceLoader}. */
    public MessagePackPayloadCodec() {}

    @Override
    public Payload encodeBody(Body body) {
        WireWriter out = WRITERS.get().begin();
        try {
            bodies.write(out, body);
            return out.take();
        } catch (Misfit misfit) {
            throw new UnencodableException(misfit.report());
        } finally {
            out.end();
        }
    }

    @Override
    public Body decodeBody(Payload payload) {
        return BodyReader.read(payload);
    }

    @Override
    public Payload encode(@Nullable Object value) {
        WireWriter out = WRITERS.get().begin();
        try {
            values.write(out, value, Limits.DEPTH);
            return out.take();
        } catch (Misfit misfit) {
            throw new UnencodableException(misfit.report());
        } finally {
            out.end();
        }
    }

    @Override
    public @Nullable Object decode(Payload payload, Type type) {
        if (type == Payload.class) {
            return payload;
        }
        try {
            if (!conversion.isPlain(type)) {
                validate(payload);
                return read(payload, type);
            }
            WireReader in = new WireReader(payload);
            Object plain = ValueReader.read(in, Limits.DEPTH, 0);
            in.done();
            return type == Object.class ? plain : conversion.convert(plain, type);
        } catch (Misfit misfit) {
            throw new ConversionException(misfit.report());
        }
    }

    private @Nullable Object read(Payload payload, Type type) {
        try {
            return typed.read(payload, type);
        } catch (Misfit misfit) {
            Object plain = ValueReader.read(new WireReader(payload), Limits.DEPTH, 0);
            if (plain != null && Samples.isSample(plain)) {
                return conversion.convert(Samples.value(plain), type);
            }
            throw misfit;
        }
    }

    @Override
    public @Nullable Object convert(@Nullable Object plain, Type type) {
        if (plain instanceof Payload payload) {
            return decode(payload, type);
        }
        try {
            return conversion.convert(plain, type);
        } catch (Misfit misfit) {
            throw new ConversionException(misfit.report());
        }
    }

    /** Jackson checks neither lengths nor depth, and reads what is no UTF-8 as question marks. */
    private static void validate(Payload payload) {
        WireReader in = new WireReader(payload);
        in.check(Limits.DEPTH);
        in.done();
    }
}
