package io.broccoli.transport.codec;

import io.broccoli.frame.Body;
import io.broccoli.frame.Payload;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.spi.UnencodableException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Values and bodies in MessagePack, as {@code docs/wire-format.md} says: plain values by code of its own, any other object by
 * Jackson, with whatever Jackson modules are on the class path.
 *
 * <p>Numbers are converted where nothing is lost: an integer of any size to a type that holds it, a floating point number that
 * is integral to an integer, any number to {@code double} and {@code float} (nearest). Nothing else is converted: not a string
 * to a number, not null to a primitive. Fields that a record does not have are ignored.
 */
public final class MessagePackPayloadCodec implements PayloadCodec {

    private static final ThreadLocal<WireWriter> WRITERS = ThreadLocal.withInitial(WireWriter::new);

    private final TypedValues typed = new TypedValues();
    private final ValueWriter values = new ValueWriter(typed);
    private final BodyWriter bodies = new BodyWriter(values);
    private final Conversion conversion = new Conversion(typed);

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
                return typed.read(payload, type);
            }
            WireReader in = new WireReader(payload);
            Object plain = ValueReader.read(in, Limits.DEPTH, 0);
            in.done();
            return type == Object.class ? plain : conversion.convert(plain, type);
        } catch (Misfit misfit) {
            throw new ConversionException(misfit.report());
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

    /** Jackson checks neither lengths nor depth. */
    private static void validate(Payload payload) {
        WireReader in = new WireReader(payload);
        in.skip(Limits.DEPTH);
        in.done();
    }
}
