package io.broccoli.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.broccoli.frame.Frame;
import io.broccoli.frame.Payload;
import io.broccoli.spi.ConversionException;
import io.broccoli.spi.MalformedFrameException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever comes from the network is a frame or a MalformedFrameException, and takes memory only as far as there are bytes. */
class HostileInputTest {
    private static final int RANDOM = 150_000;

    private static final int CHANGED = 50_000;

    /** A payload of one byte, a result around it and its place in a list are what a byte becomes at most. */
    private static final int PER_BYTE = 64;

    /** An exception with its trace. */
    private static final int ALWAYS = 16 * 1024;

    /** A result, its place in a list, and half a place more when the list had to grow once again. */
    private static final int EMPTY_RESULT = 44;

    private final MessagePackFrameCodec frames = new MessagePackFrameCodec();
    private final MessagePackPayloadCodec payloads = new MessagePackPayloadCodec();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long seed = Long.getLong("broccoli.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void randomBytesAreRefused() throws Exception {
        onShortStack(this::feedRandomBytes);
    }

    @Test
    void changedFramesAreRefusedOrRead() throws Exception {
        onShortStack(this::feedChangedFrames);
    }

    private void feedRandomBytes() {
        for (int i = 0; i < RANDOM; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            if (bytes.length > 1 && random.nextInt(4) > 0) {
                bytes[0] = (byte) (0x90 + random.nextInt(16));
                bytes[1] = (byte) (0x10 + random.nextInt(9));
            }
            feed(bytes);
        }
    }

    private void feedChangedFrames() {
        List<byte[]> golden = new ArrayList<>();
        Golden.samples("frames").forEach(sample -> golden.add(Golden.bytes(sample)));
        RandomFrames others = new RandomFrames(new Random(seed));
        for (int i = 0; i < 200; i++) {
            golden.add(frames.encode(others.frame(), true));
        }
        for (int i = 0; i < CHANGED; i++) {
            byte[] bytes = golden.get(random.nextInt(golden.size())).clone();
            for (int change = random.nextInt(3); change >= 0 && bytes.length > 0; change--) {
                bytes = change(bytes);
            }
            feed(bytes);
        }
    }

    @Test
    void nestedLengthsCannotClaimTheSameBytesTwice() {
        byte[] bytes = new byte[60_000];
        for (int i = 0; i + 5 < 32 * 5; i += 5) {
            bytes[i] = (byte) 0xdd;
            Slices.putInt(bytes, i + 1, bytes.length - 5 - i);
        }
        feedValue(Payload.of(new byte[] {(byte) 0xdd})); // loads what it needs
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            payloads.decode(Payload.of(bytes), Object.class);
            fail("must not be read");
        } catch (MalformedFrameException expected) {
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10L * bytes.length);
        }
    }

    /** The trace of an exception takes longer than all else that happens here, and JUnit's stack is deep. */
    private static void onShortStack(Runnable test) throws Exception {
        FutureTask<@Nullable Void> task = new FutureTask<>(test, null);
        new Thread(task, "hostile input").start();
        task.get();
    }

    private byte[] change(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> {
                return java.util.Arrays.copyOf(bytes, at);
            }
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes[at] = (byte) (0x80 + random.nextInt(0x80));
            case 3 -> bytes[at] = (byte) (0xc0 + random.nextInt(0x20));
            default -> {
                byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 4);
                System.arraycopy(bytes, at, longer, at + 4, bytes.length - at);
                Slices.putInt(longer, at, random.nextInt());
                return longer;
            }
        }
        return bytes;
    }

    private void feed(byte[] bytes) {
        long before = threads.getCurrentThreadAllocatedBytes();
        long allowed = ALWAYS + (long) PER_BYTE * bytes.length;
        try {
            Frame frame = frames.decode(bytes);
            long used = threads.getCurrentThreadAllocatedBytes() - before;
            if (frame instanceof Frame.Results results) {
                allowed += (long) EMPTY_RESULT * results.entries().size();
            }
            check(used, allowed, bytes);
            feedPayloads(frame);
        } catch (MalformedFrameException expected) {
            long used = threads.getCurrentThreadAllocatedBytes() - before;
            allowed += (long) EMPTY_RESULT * Limits.EMPTY_RESULTS;
            check(used, allowed, bytes);
        } catch (RuntimeException | StackOverflowError e) {
            fail("seed " + seed + ", frame " + HexFormat.of().formatHex(bytes), e);
        }
    }

    private void feedPayloads(Frame frame) {
        if (frame instanceof Frame.Tasks tasks) {
            tasks.bodies().stream().filter(java.util.Objects::nonNull).forEach(this::feedBody);
        } else if (frame instanceof Frame.Results results) {
            results.entries().stream().map(Frame.Result::payload).forEach(this::feedValue);
        } else if (frame instanceof Frame.Items items) {
            items.runs().forEach(run -> run.values().forEach(this::feedValue));
        }
    }

    private void feedBody(Payload body) {
        try {
            payloads.decodeBody(body);
        } catch (MalformedFrameException expected) {
            // as it should be
        }
    }

    private void feedValue(Payload value) {
        if (!value.isEmpty()) {
            try {
                payloads.decode(value, int.class);
            } catch (MalformedFrameException | ConversionException expected) {
                // as it should be
            }
        }
    }

    private void check(long used, long allowed, byte[] bytes) {
        if (used >= allowed) {
            fail("seed " + seed + ": " + used + " bytes were taken for "
                    + HexFormat.of().formatHex(bytes));
        }
    }
}
