package io.broccoli.examples;

import io.broccoli.examples.events.PositionFile;
import io.broccoli.feed.Position;
import io.broccoli.feed.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The positions of the samples that were printed, kept in a file: each second, and at the end. */
final class FeedPositions implements AutoCloseable {

    private static final long BETWEEN_WRITES = TimeUnit.SECONDS.toNanos(1);

    private final PositionFile file;
    private final Map<String, Position> positions;
    private boolean changed;
    private long written = System.nanoTime();

    FeedPositions(Path file) {
        this.file = new PositionFile(file);
        this.positions = new HashMap<>(this.file.read().after());
    }

    synchronized Map<String, Position> all() {
        return Map.copyOf(positions);
    }

    /** A sample was printed. */
    synchronized void printed(Sample<?> sample) {
        positions.put(sample.node(), sample.position());
        changed = true;
        if (System.nanoTime() - written >= BETWEEN_WRITES) {
            write();
        }
    }

    private void write() {
        try {
            file.write(new PositionFile.Content(positions, Map.of(), OptionalLong.empty()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        changed = false;
        written = System.nanoTime();
    }

    @Override
    public synchronized void close() {
        if (changed) {
            write();
        }
    }
}
