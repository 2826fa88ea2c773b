package io.broccoli.examples.events;

import io.broccoli.examples.text.BadInputException;
import io.broccoli.examples.text.Json;
import io.broccoli.feed.FeedOptions;
import io.broccoli.feed.Position;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A file of positions in feeds. It is replaced at once: who reads it finds the old ones or the new ones, whenever the power fails. */
public final class PositionFile {

    private static final long MAX_BYTES = 4L << 20;

    private final Path file;

    public PositionFile(Path file) {
        this.file = file;
    }

    /**
     * What a file says.
     *
     * @param after for each source, the position of the last sample that is done with
     * @param read for each source, the position of the newest sample that was read; those between are read again
     * @param watermark that was reached; empty if there are no windows
     */
    public record Content(Map<String, Position> after, Map<String, Position> read, OptionalLong watermark) {

        static final Content NONE = new Content(Map.of(), Map.of(), OptionalLong.empty());
    }

    /**
     * Reads the file; nothing if there is none.
     *
     * @throws BadInputException if it cannot be read, or has no positions
     */
    public Content read() {
        if (!Files.exists(file)) {
            return Content.NONE;
        }
        try (InputStream input = Files.newInputStream(file)) {
            if (Files.size(file) > MAX_BYTES) {
                throw new BadInputException(file + " has more than " + MAX_BYTES + " bytes: it has no positions");
            }
            if (!(Json.read(input, file.toString()) instanceof Map<?, ?> content)) {
                throw new BadInputException(file + " has no positions: an object is expected");
            }
            Object watermark = content.get("watermark");
            return new Content(
                    positions(content, "positions"),
                    content.containsKey("read") ? positions(content, "read") : Map.of(),
                    watermark instanceof Number number ? OptionalLong.of(number.longValue()) : OptionalLong.empty());
        } catch (IOException unreadable) {
            throw new BadInputException(file + " cannot be read: " + unreadable);
        }
    }

    private Map<String, Position> positions(Map<?, ?> content, String name) {
        if (!(content.get(name) instanceof Map<?, ?> all) || all.size() > FeedOptions.MAX_NODES) {
            throw new BadInputException(file + " has no positions: '" + name + "' is an object of at most "
                    + FeedOptions.MAX_NODES + " nodes");
        }
        Map<String, Position> positions = new TreeMap<>();
        all.forEach((node, value) -> {
            Position position = value instanceof Map<?, ?> map ? position(map) : null;
            if (position == null) {
                throw new BadInputException(file + ", " + node
                        + ": a position is {\"epoch\":..,\"sequence\":..}, two numbers that are not negative");
            }
            positions.put(String.valueOf(node), position);
        });
        return positions;
    }

    /** The position that a line states; null if it states none. */
    static @Nullable Position position(Map<?, ?> line) {
        return line.get("epoch") instanceof Number epoch
                        && line.get("sequence") instanceof Number sequence
                        && isWhole(epoch)
                        && isWhole(sequence)
                ? new Position(epoch.longValue(), sequence.longValue())
                : null;
    }

    private static boolean isWhole(Number value) {
        return (value instanceof Integer || value instanceof Long) && value.longValue() >= 0;
    }

    /**
     * Replaces the file.
     *
     * @throws IOException if that is not possible; the file is as before then
     */
    public void write(Content content) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        content.watermark().ifPresent(at -> all.put("watermark", at));
        all.put("positions", plain(content.after()));
        if (!content.read().isEmpty()) {
            all.put("read", plain(content.read()));
        }
        byte[] bytes = (Json.write(all) + "\n").getBytes(StandardCharsets.UTF_8);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Map<String, Object> plain(Map<String, Position> positions) {
        Map<String, Object> plain = new TreeMap<>();
        positions.forEach((node, position) ->
                plain.put(node, Map.of("epoch", position.epoch(), "sequence", position.sequence())));
        return plain;
    }
}
