package io.broccoli.examples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Input that is no JSON is bad input, whatever it is, and no failure to read. */
class JsonTest {

    /** The last one was found by Jazzer: zeros in front make it UTF-32. */
    @ParameterizedTest
    @ValueSource(strings = {"", "7b", "22ff22", "0000feff00110000", "feffd800", "00000000000000007b2b23632272"})
    void bytesThatAreNoJsonAreRefused(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> Json.readLine(bytes)).isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> Json.read(new ByteArrayInputStream(bytes), "cases.json"))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("cases.json");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyBytesAreReadOrRefused(long seed) throws IOException {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            for (int zeros = random.nextInt(4); zeros > 0 && bytes.length > zeros; zeros--) {
                bytes[zeros - 1] = 0;
            }
            try {
                Json.readLine(bytes);
            } catch (BadInputException noJson) {
                refused++;
            }
        }
        assertThat(refused).as("seed %d", seed).isGreaterThan(10_000);
    }

    @Test
    void eachEncodingOfJsonIsRead() throws IOException {
        for (String charset : new String[] {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE"}) {
            assertThat(Json.readLine("\"\u00e4\"".getBytes(charset))).isEqualTo("\u00e4");
        }
    }
}
