package io.broccoli.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.spi.MalformedFrameException;
import io.broccoli.spi.VersionMismatchException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a codec for boards must read and write too. */
class GoldenFilesTest {
    private final MessagePackFrameCodec frames = new MessagePackFrameCodec();
    private final MessagePackPayloadCodec payloads = new MessagePackPayloadCodec();

    @TestFactory
    Stream<DynamicTest> framesAreReadAndWrittenAsInTheFile() {
        return each("frames", sample -> {
            Frame frame = Golden.frame(sample.path("frame"));
            assertFrames(frames.decode(Golden.bytes(sample)), frame);
            if (!sample.path("readOnly").asBoolean()) {
                byte[] written = frames.encode(frame, sample.path("columns").asBoolean());
                assertThat(hex(written)).isEqualTo(sample.path("hex").asText());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> bodiesAreReadAndWrittenAsInTheFile() {
        return each("bodies", sample -> {
            Payload payload = Payload.of(Golden.bytes(sample));
            assertThat(payloads.decodeBody(payload)).isEqualTo(Golden.body(sample.path("body")));
            assertThat(hex(payloads.encodeBody(Golden.body(sample.path("body"))).toBytes()))
                    .isEqualTo(sample.path("hex").asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> valuesAreReadAndWrittenAsInTheFile() {
        return each("values", sample -> {
            Object value = Golden.value(sample.path("value"));
            assertThat(hex(payloads.encode(value).toBytes()))
                    .isEqualTo(sample.path("hex").asText());
            Object read = payloads.decode(Payload.of(Golden.bytes(sample)), Object.class);
            assertThat(read).isEqualTo(value instanceof Float single ? single.doubleValue() : value);
        });
    }

    @TestFactory
    Stream<DynamicTest> whatIsNoFrameIsRefused() {
        return each("malformed", sample -> {
            if (sample.has("version")) {
                assertThatThrownBy(() -> frames.decode(Golden.bytes(sample)))
                        .isInstanceOfSatisfying(VersionMismatchException.class, e -> assertThat(e.version())
                                .isEqualTo(sample.path("version").asInt()));
            } else {
                assertThatThrownBy(() -> frames.decode(Golden.bytes(sample)))
                        .isExactlyInstanceOf(MalformedFrameException.class)
                        .hasMessageStartingWith("byte ");
            }
        });
    }

    /** An array in a record is equal only to itself. */
    static void assertFrames(Frame actual, Frame expected) {
        if (expected instanceof Frame.Poll poll) {
            assertThat(actual).usingRecursiveComparison().isEqualTo(poll);
        } else {
            assertThat(actual).isEqualTo(expected);
        }
    }

    private static Stream<DynamicTest> each(String file, java.util.function.Consumer<JsonNode> test) {
        return Golden.samples(file).stream()
                .map(sample -> DynamicTest.dynamicTest(sample.path("name").asText(), () -> test.accept(sample)));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
