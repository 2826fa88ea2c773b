package io.broccoli.internal.boundary;

import io.broccoli.frame.Body;
import io.broccoli.frame.Payload;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.PayloadCodec;
import io.broccoli.spi.UnencodableException;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Parameter;
import io.broccoli.task.TaskDefinition;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads users' values. Their getters, iterators and constructors are called here, on the thread of the caller; they
 * may throw anything. May be used by any thread.
 */
public final class Values {

    private final PayloadCodec codec;
    private final Guard guard;

    public Values(PayloadCodec codec, Guard guard) {
        this.codec = codec;
        this.guard = guard;
    }

    /**
     * Writes a task with its arguments.
     *
     * @throws ForeignFailure if one of them cannot be written
     */
    public Payload encodeBody(Body body) throws ForeignFailure {
        try {
            return codec.encodeBody(body);
        } catch (Throwable thrown) {
            throw unencodable(thrown, "An argument");
        }
    }

    /**
     * Writes a value; payloads in it are taken as they are.
     *
     * @throws ForeignFailure if it, or a value in it, cannot be written
     */
    public Payload encode(@Nullable Object value) throws ForeignFailure {
        try {
            return codec.encode(value);
        } catch (Throwable thrown) {
            throw unencodable(
                    thrown,
                    value == null ? "null" : "A value of " + value.getClass().getName());
        }
    }

    /**
     * Reads a value.
     *
     * @throws ForeignFailure if the bytes are no value of the type
     */
    public @Nullable Object decode(Payload payload, Type type) throws ForeignFailure {
        try {
            return codec.decode(payload, type);
        } catch (Throwable thrown) {
            throw inconvertible(thrown, type);
        }
    }

    /**
     * Makes a plain value a value of a type.
     *
     * @throws ForeignFailure if it is none
     */
    public @Nullable Object convert(@Nullable Object plain, Type type) throws ForeignFailure {
        try {
            return codec.convert(plain, type);
        } catch (Throwable thrown) {
            throw inconvertible(thrown, type);
        }
    }

    /**
     * Makes plain values the arguments of a task, in place.
     *
     * @throws ForeignFailure if one is of another type
     */
    void convert(@Nullable Object[] plain, TaskDefinition task) throws ForeignFailure {
        List<Parameter> parameters = task.parameters();
        int i = 0;
        try {
            for (; i < plain.length; i++) {
                plain[i] = codec.convert(plain[i], parameters.get(i).type());
            }
        } catch (Throwable thrown) {
            ForeignFailure why = inconvertible(thrown, parameters.get(i).type());
            String message =
                    task.name() + "(): the argument '" + parameters.get(i).name() + "': " + why.message();
            throw guard.failed(FailureKind.BAD_ARGUMENTS, message, thrown);
        }
    }

    /** Arguments as they are told with a failure of their task: what an earlier step gave is read. */
    public List<@Nullable Object> told(List<? extends @Nullable Object> arguments) {
        List<@Nullable Object> told = new ArrayList<>();
        try {
            for (Object argument : arguments) {
                told.add(argument instanceof Payload payload ? plain(payload) : argument);
            }
        } catch (Throwable thrown) { // the list is a user's too
            guard.note(thrown);
            told.add("(cannot be read: " + Thrown.described(thrown) + ")");
        }
        return told;
    }

    private @Nullable Object plain(Payload payload) {
        try {
            return decode(payload, Object.class);
        } catch (ForeignFailure failed) {
            return "(cannot be read: " + failed.message() + ")";
        }
    }

    /** @throws UnencodableException if the value, or one in it, cannot be written */
    public Payload encodeOrThrow(@Nullable Object value) {
        try {
            return encode(value);
        } catch (ForeignFailure failed) {
            throw new UnencodableException(failed.message());
        }
    }

    // ---- no foreign code: only plain values, and payloads

    /** @throws MalformedFrameException if the bytes are not a body */
    public Body decodeBody(Payload payload) {
        return codec.decodeBody(payload);
    }

    /** @param value numbers, text, payloads, and lists of them: what can always be written */
    public Payload encodePlain(Object value) {
        return codec.encode(value);
    }

    /** @throws MalformedFrameException if the bytes are not a value */
    public @Nullable Object decodePlain(Payload payload) {
        return codec.decode(payload, Object.class);
    }

    private ForeignFailure unencodable(Throwable thrown, String what) {
        String message = thrown instanceof UnencodableException
                ? Thrown.message(thrown)
                : what + " cannot be written: " + Thrown.described(thrown);
        return guard.failed(FailureKind.UNENCODABLE, message, thrown);
    }

    private ForeignFailure inconvertible(Throwable thrown, Type type) {
        boolean told = thrown instanceof ConversionException || thrown instanceof MalformedFrameException;
        String name = type instanceof Class<?> known ? known.getName() : "the type that was asked for";
        String message =
                told ? Thrown.message(thrown) : "A value cannot be read as " + name + ": " + Thrown.described(thrown);
        return guard.failed(FailureKind.CONVERSION, message, thrown);
    }
}
