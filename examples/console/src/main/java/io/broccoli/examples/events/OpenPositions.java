package io.broccoli.examples.events;

import io.broccoli.feed.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a run of windows has to go on after a restart, so that they are complete: for each source before the oldest sample of an
 * open window. Of each source as much is kept as there are open windows.
 */
public final class OpenPositions {

    private final Map<String, Source> sources = new HashMap<>();

    private static final class Source {
        private final Deque<Open> open = new ArrayDeque<>(); // both numbers ascend
        private @Nullable Position newest; // of this run, or a former one
        private long seen; // its number in this run; less than the newest while what was read is read again
    }

    /** The oldest sample that is not done with before a time. */
    private record Open(long sequence, long until) {}

    /** Goes on as a former run wrote it. */
    public void resume(PositionFile.Content former) {
        former.read().forEach((name, position) -> {
            Position after = former.after().get(name);
            source(name).newest = position;
            source(name).seen =
                    after != null && after.epoch() == position.epoch() ? after.sequence() : position.sequence();
        });
    }

    private Source source(String name) {
        return sources.computeIfAbsent(name, key -> new Source());
    }

    /** Whether a former run, or this one, has read this sample already. */
    public boolean wasRead(String name, Position position) {
        Position newest = source(name).newest;
        return newest != null && newest.epoch() == position.epoch() && newest.sequence() >= position.sequence();
    }

    /**
     * A sample was read.
     *
     * @param until the watermark at which all its windows are gone; empty if none takes it
     */
    public void read(String name, Position position, OptionalLong until) {
        Source source = source(name);
        if (source.newest != null && source.newest.epoch() != position.epoch()) {
            source.open.clear(); // the life before gives nothing again
        }
        if (!wasRead(name, position)) {
            source.newest = position;
        }
        source.seen = position.sequence();
        boolean last = source.open.isEmpty()
                || until.isPresent()
                        && until.getAsLong() > source.open.getLast().until();
        if (until.isPresent() && last) { // else it is done with when the one before is
            source.open.addLast(new Open(position.sequence(), until.getAsLong()));
        }
    }

    /** @param reached whether the watermark has reached a time */
    public PositionFile.Content content(LongPredicate reached, OptionalLong watermark) {
        Map<String, Position> after = new TreeMap<>();
        Map<String, Position> read = new TreeMap<>();
        sources.forEach((name, source) -> {
            Position newest = source.newest;
            if (newest == null) {
                return;
            }
            while (!source.open.isEmpty() && reached.test(source.open.getFirst().until())) {
                source.open.removeFirst();
            }
            read.put(name, newest);
            long done =
                    source.open.isEmpty() ? source.seen : source.open.getFirst().sequence() - 1;
            after.put(name, new Position(newest.epoch(), Math.max(0, done)));
        });
        return new PositionFile.Content(after, read, watermark);
    }
}
