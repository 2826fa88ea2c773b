package io.broccoli.transport.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
            throw misfit("not " + type.getTypeName(), e);
        }
    }

    /** @throws Misfit if it is not possible */
    @Nullable Object convert(Object plain, Type type) {
        ObjectMapper mapper = Mappers.of(type);
        try {
            return mapper.convertValue(plain, mapper.constructType(type));
        } catch (RuntimeException e) {
            Throwable cause = e.getCause();
            throw misfit("not " + type.getTypeName(), cause instanceof JsonMappingException ? cause : e);
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
