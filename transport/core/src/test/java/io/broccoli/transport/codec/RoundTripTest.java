package io.broccoli.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** What was written is what is read, whatever it was. */
class RoundTripTest {
    private final MessagePackFrameCodec frames = new MessagePackFrameCodec();
    private final MessagePackPayloadCodec payloads = new MessagePackPayloadCodec();

    @Property(tries = 2_000)
    void framesComeBack(@ForAll long seed) {
        Frame frame = new RandomFrames(new Random(seed)).frame();
        GoldenFilesTest.assertFrames(frames.decode(frames.encode(frame, false)), frame);
    }

    @Property(tries = 2_000)
    void runsAreNeverLongerAndBecomeTheSameBodies(@ForAll long seed) {
        Frame.Tasks tasks = new RandomFrames(new Random(seed)).tasks();
        byte[] rows = frames.encode(tasks, false);
        byte[] runs = frames.encode(tasks, true);
        assertThat(runs.length).isLessThanOrEqualTo(rows.length);
        assertThat(frames.decode(runs)).isEqualTo(tasks);
        assertThat(rows.length).isLessThanOrEqualTo(bound(tasks));
    }

    @Property(tries = 2_000)
    void valuesComeBack(@ForAll long seed) {
        Object value = new RandomFrames(new Random(seed)).value(5);
        assertSame(payloads.decode(payloads.encode(value), Object.class), value);
    }

    @Property(tries = 2_000)
    void bodiesComeBack(@ForAll long seed) {
        RandomFrames random = new RandomFrames(new Random(seed));
        for (int i = 0; i < 3; i++) {
            Payload payload = payloads.encodeBody(random.body());
            // byte arrays within records are equal only to themselves, so the bytes are compared
            assertThat(payloads.encodeBody(payloads.decodeBody(payload))).isEqualTo(payload);
        }
    }

    private int bound(Frame.Tasks tasks) {
        return tasks.bodies().stream()
                .mapToInt(body -> body == null ? frames.entryBytes() : body.length() + frames.entryBytes())
                .reduce(frames.headerBytes(), Integer::sum);
    }

    private static void assertSame(@Nullable Object actual, @Nullable Object expected) {
        assertThat(comparable(actual)).isEqualTo(comparable(expected));
    }

    /** Byte arrays are equal only to themselves. */
    private static @Nullable Object comparable(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> elements = new ArrayList<>();
            list.forEach(element -> elements.add(comparable(element)));
            return elements;
        }
        if (value instanceof Map<?, ?> map) {
            List<@Nullable Object> entries = new ArrayList<>();
            map.forEach((key, element) -> entries.add(Arrays.asList(key, comparable(element))));
            return entries;
        }
        return value;
    }
}
