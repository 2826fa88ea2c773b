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

    /** Writes a task with its arguments. */
    public Call<Payload> encodeBody(Body body) {
        try {
            return new Call.Done<>(codec.encodeBody(body));
        } catch (Throwable thrown) {
            return unencodable(thrown, "An argument");
        }
    }

    /** Writes a value; payloads in it are taken as they are. */
    public Call<Payload> encode(@Nullable Object value) {
        try {
            return new Call.Done<>(codec.encode(value));
        } catch (Throwable thrown) {
            return unencodable(
                    thrown,
                    value == null ? "null" : "A value of " + value.getClass().getName());
        }
    }

    /** Reads a value. */
    public Call<@Nullable Object> decode(Payload payload, Type type) {
        try {
            return Call.Done.of(codec.decode(payload, type));
        } catch (Throwable thrown) {
            return inconvertible(thrown, type);
        }
    }

    /** Makes a plain value a value of a type. */
    public Call<@Nullable Object> convert(@Nullable Object plain, Type type) {
        try {
            return Call.Done.of(codec.convert(plain, type));
        } catch (Throwable thrown) {
            return inconvertible(thrown, type);
        }
    }

    /** Makes plain values the arguments of a task, in place. */
    Call<@Nullable Object[]> convert(@Nullable Object[] plain, TaskDefinition task) {
        List<Parameter> parameters = task.parameters();
        int i = 0;
        try {
            for (; i < plain.length; i++) {
                plain[i] = codec.convert(plain[i], parameters.get(i).type());
            }
            return new Call.Done<>(plain);
        } catch (Throwable thrown) {
            Call.Failed<?> why = inconvertible(thrown, parameters.get(i).type());
            String message =
                    task.name() + "(): the argument '" + parameters.get(i).name() + "': " + why.message();
            return guard.failed(FailureKind.BAD_ARGUMENTS, message, thrown);
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
        Call<@Nullable Object> read = decode(payload, Object.class);
        return read instanceof Call.Done<@Nullable Object> done
                ? done.value()
                : "(cannot be read: " + ((Call.Failed<@Nullable Object>) read).message() + ")";
    }

    /** @throws UnencodableException if the value, or one in it, cannot be written */
    public Payload encodeOrThrow(@Nullable Object value) {
        Call<Payload> encoded = encode(value);
        if (encoded instanceof Call.Done<Payload> done) {
            return done.value();
        }
        throw new UnencodableException(((Call.Failed<Payload>) encoded).message());
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

    private <T extends @Nullable Object> Call.Failed<T> unencodable(Throwable thrown, String what) {
        String message = thrown instanceof UnencodableException
                ? Thrown.message(thrown)
                : what + " cannot be written: " + Thrown.described(thrown);
        return guard.failed(FailureKind.UNENCODABLE, message, thrown);
    }

    private <T extends @Nullable Object> Call.Failed<T> inconvertible(Throwable thrown, Type type) {
        boolean told = thrown instanceof ConversionException || thrown instanceof MalformedFrameException;
        String name = type instanceof Class<?> known ? known.getName() : "the type that was asked for";
        String message =
                told ? Thrown.message(thrown) : "A value cannot be read as " + name + ": " + Thrown.described(thrown);
        return guard.failed(FailureKind.CONVERSION, message, thrown);
    }
}
