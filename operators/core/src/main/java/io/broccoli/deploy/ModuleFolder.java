package io.broccoli.deploy;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a node's modules outlast it: a jar for each, the list of them with the last counter ({@code modules}), and what was being
 * loaded when the process ended ({@code loading}). Used by one thread at a time, which it blocks.
 */
final class ModuleFolder {

    /** A version that ended the process so often while it was loaded is left out. */
    private static final int MOST_CRASHES = 2;

    private static final int MOST_MARKS = 64; // the oldest are forgotten

    private final Path folder;

    ModuleFolder(Path folder) {
        this.folder = folder;
    }

    /** @param file within the folder; its name has the start of the SHA-256, so that two versions never share one */
    record Kept(String name, String version, String file) {

        static Kept of(String name, String version, String digest) {
            return new Kept(name, version, name + "-" + digest.substring(0, 16) + ".jar");
        }

        private String line() {
            return name + " " + file + " " + version;
        }
    }

    record Manifest(long counter, List<Kept> modules) {}

    /** @throws UncheckedIOException if it cannot be read, or what is there is nothing that this wrote */
    Manifest read() {
        try {
            Files.createDirectories(folder);
            List<String> lines = lines("modules");
            if (lines.isEmpty()) {
                return new Manifest(0, List.of());
            }
            List<Kept> modules = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] parts = line.split(" ", 3);
                modules.add(new Kept(parts[0], parts[2], parts[1]));
            }
            return new Manifest(Long.parseLong(lines.get(0)), modules);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the modules in " + folder + " cannot be read: " + unreadable, unreadable);
        } catch (NumberFormatException | IndexOutOfBoundsException foreign) {
            throw new UncheckedIOException(
                    new IOException(folder.resolve("modules") + " is no list of modules", foreign));
        }
    }

    void write(Manifest manifest) throws IOException {
        List<String> lines = new ArrayList<>(List.of(String.valueOf(manifest.counter)));
        manifest.modules.forEach(each -> lines.add(each.line()));
        replace("modules", (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** In one step: after it, a crash, or a power cut, the file is the older or the newer one. */
    private void replace(String file, byte[] content) throws IOException {
        Path newer = folder.resolve(file + ".new");
        Files.write(newer, content, CREATE, TRUNCATE_EXISTING, WRITE, SYNC); // its bytes are there before its name is
        Files.move(newer, folder.resolve(file), ATOMIC_MOVE, REPLACE_EXISTING);
    }

    byte[] jar(Kept module) throws IOException {
        return Files.readAllBytes(folder.resolve(module.file));
    }

    void keep(Kept module, byte[] jar) throws IOException {
        replace(module.file, jar);
    }

    void drop(Kept module) throws IOException {
        Files.deleteIfExists(folder.resolve(module.file));
    }

    // ---- what ends the process

    boolean isSuspect(String name, String version) throws IOException {
        return lines("loading").stream().filter(mark(name, version)::equals).count() >= MOST_CRASHES;
    }

    /** Until {@link #loaded} is called it is held for what ended the process. */
    void loading(String name, String version) throws IOException {
        List<String> marks = lines("loading");
        if (marks.size() >= MOST_MARKS) {
            marks.remove(0);
        }
        marks.add(mark(name, version));
        Files.write(folder.resolve("loading"), marks);
    }

    void loaded(String name, String version) throws IOException {
        List<String> marks = lines("loading");
        marks.remove(mark(name, version));
        Files.write(folder.resolve("loading"), marks);
    }

    private static String mark(String name, String version) {
        return name + " " + version;
    }

    private List<String> lines(String file) throws IOException {
        Path path = folder.resolve(file);
        return Files.exists(path)
                ? new ArrayList<>(Files.readAllLines(path, StandardCharsets.UTF_8))
                : new ArrayList<>();
    }
}
