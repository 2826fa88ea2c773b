package io.broccoli.transport.codec;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.fuzz.Fuzz;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.MalformedFrameException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Frames, presences (STATUS) among them, and the bodies and values in them. */
class FramesFuzz extends Fuzz {

    private static final MessagePackFrameCodec FRAMES = new MessagePackFrameCodec();
    private static final MessagePackPayloadCodec PAYLOADS = new MessagePackPayloadCodec();

    public static void fuzzerTestOneInput(byte[] input) {
        Frame frame;
        try {
            frame = FRAMES.decode(input);
        } catch (MalformedFrameException refused) {
            return;
        }
        byte[] written = FRAMES.encode(frame, true);
        byte[] again = FRAMES.encode(FRAMES.decode(written), true);
        if (!Arrays.equals(written, again)) {
            throw new AssertionError("written and read again it is another frame: " + frame);
        }
        if (frame instanceof Frame.Status status) {
            Objects.requireNonNull(NodeInfo.of(status).toString());
        } else if (frame instanceof Frame.Tasks tasks) {
            tasks.bodies().stream().filter(Objects::nonNull).forEach(FramesFuzz::body);
        } else if (frame instanceof Frame.Results results) {
            results.entries().forEach(it -> value(it.payload()));
        } else if (frame instanceof Frame.Items items) {
            items.runs().forEach(run -> run.values().forEach(FramesFuzz::value));
        }
    }

    private static void body(Payload body) {
        try {
            PAYLOADS.decodeBody(body);
        } catch (MalformedFrameException refused) {
            // one of the two things that may happen
        }
    }

    private static void value(Payload value) {
        if (!value.isEmpty()) {
            try {
                PAYLOADS.decode(value, Object.class);
            } catch (MalformedFrameException | ConversionException refused) {
                // one of the two things that may happen
            }
        }
    }

    @Override
    protected void feed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    @Override
    protected Stream<byte[]> seeds() {
        RandomFrames random = new RandomFrames(new Random(1));
        return Stream.concat(
                Stream.of("frames", "feed-items", "malformed")
                        .flatMap(file -> Golden.samples(file).stream())
                        .map(Golden::bytes),
                IntStream.range(0, 200).mapToObj(i -> FRAMES.encode(random.frame(), i % 2 == 0)));
    }
}
