package io.broccoli.examples;

import io.broccoli.examples.events.Event;
import io.broccoli.examples.events.OpenPositions;
import io.broccoli.examples.events.PositionFile;
import io.broccoli.examples.text.BadInputException;
import io.broccoli.feed.Position;
import io.broccoli.window.Watermark;
import io.broccoli.window.Window;
import io.broccoli.window.WindowResult;
import io.broccoli.window.WindowTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What {@code window --after} keeps in its file, and how a run goes on where the one before was. */
final class WindowPositions {

    private static final long BETWEEN_WRITES = TimeUnit.SECONDS.toNanos(1);

    /** The source, and the key, of a sample that only brings back the watermark. */
    private static final Object FORMER_RUN = new Object();

    private final PositionFile file;
    private final Window.Periodic window;
    private final long lateness;
    private final OpenPositions open = new OpenPositions();
    private PositionFile.@Nullable Content written;
    private long writtenAt = System.nanoTime() - BETWEEN_WRITES;

    WindowPositions(Path file, Window.Periodic window, Duration lateness) {
        this.file = new PositionFile(file);
        this.window = window;
        this.lateness = lateness.toMillis();
    }

    /** Windows that were printed for the last time are not printed again. */
    void resume(WindowTable<@Nullable Object, @Nullable Object, ? extends @Nullable Object> table, Duration disorder) {
        PositionFile.Content former = file.read();
        open.resume(former);
        if (former.watermark().isPresent()) {
            long watermark = former.watermark().getAsLong();
            long newest = watermark + disorder.toMillis();
            table.sample(FORMER_RUN, newest < watermark ? Long.MAX_VALUE : newest, FORMER_RUN, 0);
            while (table.next() != null) {
                // There is none yet: nothing else was there.
            }
            table.ended(FORMER_RUN);
            while (table.next() != null) {
                // Nor now.
            }
        }
    }

    boolean isOwn(WindowResult<@Nullable Object, ?> result) {
        return result.key() == FORMER_RUN;
    }

    /** @return whether a former run read it, too */
    boolean read(Event.Sample sample) {
        Position position = sample.position();
        if (position == null || !(sample.source() instanceof String source)) {
            throw new BadInputException(
                    "there is no node, epoch and sequence: --after needs lines of 'broccoli feed --json'");
        }
        boolean again = open.wasRead(source, position);
        open.read(source, position, until(sample.time()));
        return again;
    }

    /** The watermark at which all windows of a time are gone. */
    private OptionalLong until(long time) {
        long size = window.size().toMillis();
        long slide = window.slide().toMillis();
        long start = time - Math.floorMod(time - Math.floorMod(window.offset().toMillis(), slide), slide);
        if (start > time || time - start >= size) {
            return OptionalLong.empty(); // no window covers it, or none of this age
        }
        long end = start + size;
        long until = end + lateness;
        return OptionalLong.of(end < start || until < end ? Long.MAX_VALUE : until);
    }

    /** Writes the file, once a second at most, and the last time. */
    void keep(Watermark watermark, boolean last) {
        long now = System.nanoTime();
        if (last || now - writtenAt >= BETWEEN_WRITES) {
            writtenAt = now;
            write(watermark);
        }
    }

    private void write(Watermark watermark) {
        PositionFile.Content content = open.content(watermark::reached, watermark.at());
        if (content.equals(written)) {
            return;
        }
        try {
            file.write(content);
            written = content;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
