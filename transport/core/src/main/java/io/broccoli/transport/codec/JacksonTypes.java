package io.broccoli.transport.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.type.MapType;
import io.broccoli.feed.Sample;
import io.broccoli.frame.Payload;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What Jackson must do as the rest of this package does: numbers and strings by the same rules, payloads as the values that they are;
 * and what travels as text.
 */
final class JacksonTypes {

    /** Digits of a decimal number in plain form, zeros too: 1E+1000000000 would not fit into any memory. */
    private static final int MOST_DIGITS = 10_000;

    private JacksonTypes() {}

    static Module module() {
        SimpleModule module = new SimpleModule("broccoli") {
            private static final long serialVersionUID = 1L;

            @Override
            public void setupModule(SetupContext context) {
                super.setupModule(context);
                context.insertAnnotationIntrospector(new ReadingsOfASample());
            }
        };
        module.addSerializer(new PayloadSerializer());
        module.addSerializer(new StringSerializer());
        module.addKeySerializer(String.class, new KeySerializer());
        module.addSerializer(new ToStringSerializer(UUID.class)); // Jackson would write binary
        module.addSerializer(new DecimalSerializer());
        module.addDeserializer(BigDecimal.class, new DecimalDeserializer());
        module.setSerializerModifier(new DifferentKeys());
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

    /** Samples that say nothing of the readings that they used are one reading. */
    private static final class ReadingsOfASample extends NopAnnotationIntrospector {
        private static final long serialVersionUID = 1L;
        private static final int USED = Sample.class.getRecordComponents().length - 1;

        @Override
        public @Nullable Object findDeserializer(Annotated annotated) {
            return annotated instanceof AnnotatedParameter parameter
                            && parameter.getDeclaringClass() == Sample.class
                            && parameter.getIndex() == USED
                    ? new ReadingsDeserializer()
                    : null;
        }
    }

    private static final class ReadingsDeserializer extends IntegralDeserializer<Long> {
        private static final long serialVersionUID = 1L;

        ReadingsDeserializer() {
            super(long.class);
        }

        @Override
        public Long getAbsentValue(DeserializationContext context) {
            return 1L;
        }
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

    /** MessagePack's generator would write question marks for what UTF-8 cannot say. */
    private static final class StringSerializer extends StdScalarSerializer<String> {
        private static final long serialVersionUID = 1L;

        StringSerializer() {
            super(String.class);
        }

        @Override
        public void serialize(String value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(whole(value, generator));
        }
    }

    private static final class KeySerializer extends JsonSerializer<String> {

        @Override
        public void serialize(String value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeFieldName(whole(value, generator));
        }
    }

    private static String whole(String value, JsonGenerator generator) throws JsonMappingException {
        try {
            WireWriter.whole(value);
            return value;
        } catch (Misfit misfit) {
            throw JsonMappingException.from(generator, misfit.getMessage());
        }
    }

    private static final class DecimalSerializer extends StdScalarSerializer<BigDecimal> {
        private static final long serialVersionUID = 1L;

        DecimalSerializer() {
            super(BigDecimal.class);
        }

        @Override
        public void serialize(BigDecimal value, JsonGenerator generator, SerializerProvider provider)
                throws IOException {
            if (value.precision() > MOST_DIGITS || Math.abs((long) value.scale()) > MOST_DIGITS) {
                throw JsonMappingException.from(generator, "a decimal number of more than " + MOST_DIGITS + " digits");
            }
            generator.writeString(value.toPlainString());
        }
    }

    private static final class DecimalDeserializer extends StdScalarDeserializer<BigDecimal> {
        private static final long serialVersionUID = 1L;

        DecimalDeserializer() {
            super(BigDecimal.class);
        }

        @Override
        public BigDecimal deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.currentToken().isNumeric()) {
                return parser.getDecimalValue();
            }
            String text = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
            if (!text.isEmpty() && text.length() <= 2 * MOST_DIGITS) {
                try {
                    return new BigDecimal(text);
                } catch (NumberFormatException none) {
                    return (BigDecimal) context.handleWeirdStringValue(BigDecimal.class, text, "not a decimal number");
                }
            }
            return (BigDecimal) context.handleUnexpectedToken(BigDecimal.class, parser);
        }
    }

    /** Refuses maps of which two keys are the same as text; where all keys are strings, none can be. */
    private static final class DifferentKeys extends BeanSerializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("unchecked")
        public JsonSerializer<?> modifyMapSerializer(
                SerializationConfig config, MapType type, BeanDescription bean, JsonSerializer<?> serializer) {
            boolean texts = type.getKeyType().isTypeOrSubTypeOf(String.class);
            return texts ? serializer : new CheckedMap((JsonSerializer<Object>) serializer);
        }
    }

    private static final class CheckedMap extends JsonSerializer<Object> implements ContextualSerializer {

        private final JsonSerializer<Object> serializer;

        CheckedMap(JsonSerializer<Object> serializer) {
            this.serializer = serializer;
        }

        @Override
        @SuppressWarnings("unchecked")
        public JsonSerializer<?> createContextual(SerializerProvider provider, @Nullable BeanProperty property)
                throws JsonMappingException {
            return new CheckedMap(
                    (JsonSerializer<Object>) provider.handleSecondaryContextualization(serializer, property));
        }

        @Override
        public boolean isEmpty(SerializerProvider provider, Object value) {
            return serializer.isEmpty(provider, value);
        }

        @Override
        public void serialize(Object value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            Map<String, Object> written = new HashMap<>();
            for (Object key : ((Map<?, ?>) value).keySet()) {
                Object other = key == null ? null : written.put(key.toString(), key);
                if (other != null) {
                    throw JsonMappingException.from(generator, "two keys of a map would both be \"" + key + "\"");
                }
            }
            serializer.serialize(value, generator, provider);
        }
    }

    /** Jackson would cut off what is behind the point. */
    private static class IntegralDeserializer<T extends Number> extends StdScalarDeserializer<T> {
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
        @SuppressWarnings("unchecked")
        public @Nullable T getNullValue(DeserializationContext context) throws JsonMappingException {
            if (!handledType().isPrimitive()) {
                return null;
            }
            if (context.isEnabled(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)) {
                context.reportInputMismatch(
                        this, "null is not %s", handledType().getName());
            }
            return (T) Conversion.number(0, handledType());
        }
    }
}
