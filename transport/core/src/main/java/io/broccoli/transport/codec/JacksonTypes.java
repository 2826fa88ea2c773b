package io.broccoli.transport.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.broccoli.frame.Payload;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What Jackson must do as the rest of this package does: numbers by the same rules, and payloads as the values that they are. */
final class JacksonTypes {

    private JacksonTypes() {}

    static Module module() {
        SimpleModule module = new SimpleModule("broccoli");
        module.addSerializer(new PayloadSerializer());
        module.addDeserializer(int.class, new IntegralDeserializer<>(int.class));
        module.addDeserializer(Integer.class, new IntegralDeserializer<>(Integer.class));
        module.addDeserializer(long.class, new IntegralDeserializer<>(long.class));
        module.addDeserializer(Long.class, new IntegralDeserializer<>(Long.class));
        module.addDeserializer(short.class, new IntegralDeserializer<>(short.class));
        module.addDeserializer(Short.class, new IntegralDeserializer<>(Short.class));
        module.addDeserializer(byte.class, new IntegralDeserializer<>(byte.class));
        module.addDeserializer(Byte.class, new IntegralDeserializer<>(Byte.class));
        return module;
    }

    /** Decoded and written anew, as Jackson's generator takes no raw bytes; only for payloads within records. */
    private static final class PayloadSerializer extends StdSerializer<Payload> {
        private static final long serialVersionUID = 1L;

        PayloadSerializer() {
            super(Payload.class);
        }

        @Override
        public void serialize(Payload value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            WireReader in = new WireReader(value);
            generator.writePOJO(ValueReader.read(in, Limits.DEPTH, 0));
        }
    }

    /** Jackson would cut off what is behind the point. */
    private static final class IntegralDeserializer<T extends Number> extends StdScalarDeserializer<T> {
        private static final long serialVersionUID = 1L;

        IntegralDeserializer(Class<T> type) {
            super(type);
        }

        @Override
        @SuppressWarnings("unchecked")
        public @Nullable T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.currentToken().isNumeric()) {
                return (T) context.handleUnexpectedToken(handledType(), parser);
            }
            Number number = parser.getNumberValue();
            try {
                return (T) Conversion.number(number, handledType());
            } catch (Misfit misfit) {
                throw context.weirdNumberException(number, handledType(), misfit.getMessage());
            }
        }

        @Override
        public @Nullable T getNullValue(DeserializationContext context) throws JsonMappingException {
            if (handledType().isPrimitive()) {
                context.reportInputMismatch(
                        this, "null is not %s", handledType().getName());
            }
            return null;
        }
    }
}
