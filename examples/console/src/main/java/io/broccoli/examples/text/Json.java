package io.broccoli.examples.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plain values as strict JSON: no duplicate keys, nothing behind the end, no NaN. */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .build();

    private Json() {}

    /**
     * Reads a value, in whichever of JSON's encodings.
     *
     * @param name of the input, for messages
     * @throws BadInputException if it is no JSON, naming line and column
     */
    public static @Nullable Object read(InputStream input, String name) throws IOException {
        try {
            return MAPPER.readValue(input, Object.class);
        } catch (JsonProcessingException malformed) {
            JsonLocation place = malformed.getLocation();
            String where = place == null ? "" : ", line " + place.getLineNr() + ", column " + place.getColumnNr();
            // The parser's places within a message name its own source, which is none to anybody else.
            throw new BadInputException(name + where + ": "
                    + malformed
                            .getOriginalMessage()
                            .replaceAll("\\[Source: [^;]*; (line: \\d+, column: \\d+)\\]", "$1"));
        }
    }

    /**
     * One line without line breaks.
     *
     * @throws NoJsonException if the value, or one within, has no form in JSON, naming the path to it
     */
    public static String write(@Nullable Object value) {
        check(value, "$");
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException never) {
            throw new NoJsonException(never.getOriginalMessage());
        }
    }

    private static void check(@Nullable Object value, String path) {
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                check(list.get(i), path + "[" + i + "]");
            }
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> check(each, path + "." + key));
        } else if (value instanceof Double number && !Double.isFinite(number)) {
            throw new NoJsonException("the result has " + number + " at " + path + ", which JSON cannot express");
        }
    }

    /** A value has no form in JSON; the message says which and where. */
    public static final class NoJsonException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        NoJsonException(String message) {
            super(message);
        }
    }
}
