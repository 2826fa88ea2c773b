package io.broccoli.examples.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Plain values as strict JSON: no duplicate keys, nothing behind the end. JSON has no NaN and no infinities: they are written
 * as the strings "NaN", "Infinity" and "-Infinity".
 */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final JsonMapper FOR_PEOPLE =
            JsonMapper.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

    private Json() {}

    /**
     * Reads a value, in whichever of JSON's encodings.
     *
     * @param name of the input, for messages
     * @throws BadInputException if it is no JSON, naming line and column where they are known
     */
    public static @Nullable Object read(InputStream input, String name) throws IOException {
        try {
            return MAPPER.readValue(input, Object.class);
        } catch (JsonProcessingException malformed) {
            JsonLocation place = malformed.getLocation();
            String where = place == null ? "" : ", line " + place.getLineNr() + ", column " + place.getColumnNr();
            throw new BadInputException(name + where + ": " + message(malformed));
        } catch (CharConversionException malformed) {
            throw new BadInputException(name + ": " + malformed.getMessage());
        }
    }

    /** The parser's places within a message name its own source, which is none to anybody else. */
    private static String message(JsonProcessingException malformed) {
        return malformed.getOriginalMessage().replaceAll("\\[Source: [^;]*; (line: \\d+, column: \\d+)\\]", "$1");
    }

    /**
     * Reads a value that stands in one line.
     *
     * @throws BadInputException if it is no JSON, naming the column where it is known
     */
    public static @Nullable Object readLine(byte[] line) throws IOException {
        try {
            return MAPPER.readValue(line, Object.class);
        } catch (JsonProcessingException malformed) {
            JsonLocation place = malformed.getLocation();
            String where = place == null ? "" : "column " + place.getColumnNr() + ": ";
            throw new BadInputException(where + message(malformed));
        } catch (CharConversionException malformed) {
            throw new BadInputException(String.valueOf(malformed.getMessage()));
        }
    }

    /**
     * One line without line breaks.
     *
     * @throws NoJsonException if the value, or one within, has no form in JSON
     */
    public static String write(@Nullable Object value) {
        return write(value, MAPPER);
    }

    /**
     * The same for people and not for programs: NaN and the infinities have no quotation marks.
     *
     * @throws NoJsonException as {@link #write(Object)}
     */
    public static String show(@Nullable Object value) {
        return write(value, FOR_PEOPLE);
    }

    private static String write(@Nullable Object value, JsonMapper mapper) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException none) {
            throw new NoJsonException("the value cannot be expressed in JSON: " + none.getOriginalMessage());
        }
    }

    /** A value has no form in JSON; the message says why. */
    public static final class NoJsonException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        NoJsonException(String message) {
            super(message);
        }
    }
}
