package io.broccoli.transport.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.broccoli.frame.Payload;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records and other objects, by Jackson. */
final class TypedValues {

    /** @throws Misfit if Jackson cannot write it */
    byte[] write(Object value) {
        try {
            return Mappers.of(value.getClass()).writeValueAsBytes(value);
        } catch (JsonProcessingException | RuntimeException e) {
            throw misfit(value.getClass().getName() + " cannot be written", e);
        } catch (StackOverflowError e) {
            throw new Misfit(value.getClass().getName() + " cannot be written: a cycle");
        }
    }

    /** @throws Misfit if it is not of that type */
    @Nullable Object read(Payload payload, Type type) {
        ObjectMapper mapper = Mappers.of(type);
        try {
            return mapper.readValue(payload.array(), payload.offset(), payload.length(), mapper.constructType(type));
        } catch (IOException | RuntimeException e) {
            throw misfit("not " + type.getTypeName(), unknownField(mapper, payload, type, e));
        }
    }

    /**
     * What is wrong with a value that cannot be read: a field that its type does not have, if there is one. Jackson speaks of a field
     * that is missing first, though it was misspelt.
     */
    private static Throwable unknownField(ObjectMapper mapper, Payload payload, Type type, Throwable otherwise) {
        try {
            mapper.readerFor(mapper.constructType(type))
                    .without(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .readValue(payload.array(), payload.offset(), payload.length());
        } catch (UnrecognizedPropertyException unknown) {
            return unknown;
        } catch (IOException | RuntimeException same) {
            return otherwise;
        }
        return otherwise;
    }

    /** @throws Misfit if it is not possible */
    @Nullable Object convert(Object plain, Type type) {
        ObjectMapper mapper = Mappers.of(type);
        try {
            return mapper.convertValue(plain, mapper.constructType(type));
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() instanceof JsonMappingException mapping ? mapping : e;
            throw misfit("not " + type.getTypeName(), unknownField(mapper, write(mapper, plain), type, cause));
        }
    }

    private static Payload write(ObjectMapper mapper, Object plain) {
        try {
            return Payload.of(mapper.writeValueAsBytes(plain));
        } catch (JsonProcessingException | RuntimeException none) {
            return Payload.EMPTY; // which cannot be read as anything
        }
    }

    private static Misfit misfit(String what, Throwable cause) {
        boolean byJackson = cause instanceof JsonProcessingException;
        String why = byJackson ? ((JsonProcessingException) cause).getOriginalMessage() : cause.toString();
        Misfit misfit = new Misfit(what + ": " + why);
        if (cause instanceof JsonMappingException mapping) {
            List<JsonMappingException.Reference> path = mapping.getPath();
            for (int i = path.size() - 1; i >= 0; i--) {
                String field = path.get(i).getFieldName();
                if (field != null) {
                    misfit.in("." + field);
                } else if (path.get(i).getIndex() >= 0) {
                    misfit.in(path.get(i).getIndex());
                }
            }
        }
        return misfit;
    }
}
