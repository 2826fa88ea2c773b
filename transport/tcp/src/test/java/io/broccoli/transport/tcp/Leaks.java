package io.broccoli.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Buffers that were collected without having been released. */
final class Leaks {

    private static final List<String> FOUND = new CopyOnWriteArrayList<>();

    /** Leaks are only looked for when buffers are made. */
    private static final int LOOKS = 64;

    private Leaks() {}

    /** Before the first buffer of this process. */
    static void watch() {
        if (ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.PARANOID
                && !(ResourceLeakDetectorFactory.instance() instanceof Factory)) {
            ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Factory());
        }
    }

    static void expectNone() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        for (int i = 0; i < LOOKS; i++) {
            if (i % 16 == 0) {
                System.gc();
            }
            ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16);
            buffer.release();
        }
        assertThat(FOUND).isEmpty();
    }

    private static final class Factory extends ResourceLeakDetectorFactory {
        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int interval, long maxActive) {
            return newResourceLeakDetector(resource, interval);
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int interval) {
            return new ResourceLeakDetector<>(resource, interval) {
                @Override
                protected void reportTracedLeak(String type, String records) {
                    FOUND.add(type + records);
                }

                @Override
                protected void reportUntracedLeak(String type) {
                    FOUND.add(type);
                }
            };
        }
    }
}
