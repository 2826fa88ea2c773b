package io.broccoli.deploy;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a node's modules outlast it: a jar for each, the list of them ({@code modules}), and what was being loaded when the process
 * ended ({@code loading}). Only the owner may read and write the files, where the file system knows owners. Used by one thread at a
 * time, which it blocks.
 */
final class ModuleFolder {

    /** A version that ended the process so often while it was loaded is left out. */
    private static final int MOST_CRASHES = 2;

    private static final int MOST_MARKS = 64; // the oldest are forgotten
    private static final int MOST_BYTES_OF_A_LIST = 64 * 1024; // four times what it can have
    private static final String HEADER = "modules 2";
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");

    private final Path folder;
    private final boolean owned;

    ModuleFolder(Path folder) {
        this.folder = folder;
        this.owned = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /**
     * @param file within the folder; its name has the start of the SHA-256, so that two versions never share one
     * @param mac of name, version and content, in hex, by which they are known again; "" if the list is of an older release
     */
    record Kept(String name, String version, String file, String mac) {

        private static final Pattern FILE = Pattern.compile("\\w[\\w.-]{0,63}-[0-9a-f]{16}\\.jar");

        static Kept of(Keyring stored, String name, String version, byte[] jar) {
            String digest = digest(jar);
            String mac = HexFormat.of().formatHex(stored.first().sign(name, version, digest));
            return new Kept(name, version, name + "-" + digest.substring(0, 16) + ".jar", mac);
        }

        /** Whether this jar was put there under this name and version, by somebody who had one of the keys. */
        boolean isOf(Keyring stored, byte[] jar) {
            byte[] signed = HexFormat.of().parseHex(mac);
            return stored.whoSigned(signed, name, version, digest(jar)).isPresent();
        }

        private static String digest(byte[] jar) {
            return HexFormat.of().formatHex(Module.sha256(jar));
        }

        private String line() {
            return name + " " + file + " " + mac + " " + version;
        }

        private static Kept read(String line) {
            String[] parts = parts(line, 4);
            HexFormat.of().parseHex(parts[2]);
            return checked(new Kept(parts[0], parts[3], parts[1], parts[2]));
        }

        private static Kept readUnsigned(String line) {
            String[] parts = parts(line, 3);
            return checked(new Kept(parts[0], parts[2], parts[1], ""));
        }

        private static String[] parts(String line, int count) {
            String[] parts = line.split(" ", count);
            if (parts.length < count) {
                throw new IllegalArgumentException("a line has less than " + count + " parts");
            }
            return parts;
        }

        /** Of other folders nothing is read, nor deleted; and what is said of modules is no more than names and versions. */
        private static Kept checked(Kept read) {
            ModuleKind.JAR.checkName(read.name);
            Module.checkVersion(read.version);
            if (!FILE.matcher(read.file).matches()) {
                throw new IllegalArgumentException("the file is none that this wrote");
            }
            return read;
        }
    }

    /** @throws IllegalArgumentException if this is nothing that {@link #text} made, or an older release */
    static List<Kept> parsed(List<String> lines) {
        if (lines.isEmpty()) {
            return List.of();
        }
        boolean signed = lines.get(0).equals(HEADER);
        if (!signed) {
            Long.parseLong(lines.get(0)); // as older releases began it
        }
        return lines.stream()
                .skip(1)
                .map(each -> signed ? Kept.read(each) : Kept.readUnsigned(each))
                .toList();
    }

    static byte[] text(Collection<Kept> modules) {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        modules.forEach(each -> lines.add(each.line()));
        return textOf(lines);
    }

    /** @throws UncheckedIOException if it cannot be read, or what is there is nothing that this wrote */
    List<Kept> read() {
        try {
            Files.createDirectories(folder, attributes("rwx------"));
            return parsed(lines("modules"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the modules in " + folder + " cannot be read: " + unreadable, unreadable);
        } catch (IllegalArgumentException foreign) {
            throw new UncheckedIOException(
                    new IOException(folder.resolve("modules") + " is no list of modules", foreign));
        }
    }

    void write(List<Kept> modules) throws IOException {
        replace("modules", text(modules));
    }

    private static byte[] textOf(List<String> lines) {
        return lines.stream()
                .map(each -> each + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    /** In one step: after it, a crash, or a power cut, the file is the older or the newer one. */
    private void replace(String file, byte[] content) throws IOException {
        Path newer = folder.resolve(file + ".new");
        try (SeekableByteChannel out =
                Files.newByteChannel(newer, Set.of(CREATE, TRUNCATE_EXISTING, WRITE, SYNC), attributes("rw-------"))) {
            if (owned) {
                Files.setPosixFilePermissions(newer, OWNERS); // it may have been there
            }
            ByteBuffer rest = ByteBuffer.wrap(content); // its bytes are there before its name is
            while (rest.hasRemaining()) {
                out.write(rest);
            }
        }
        Files.move(newer, folder.resolve(file), ATOMIC_MOVE, REPLACE_EXISTING);
    }

    private FileAttribute<?>[] attributes(String permissions) {
        return owned
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    byte[] jar(Kept module) throws IOException {
        Path jar = folder.resolve(module.file);
        if (Files.size(jar) > Module.MAX_SOURCE) {
            throw new IOException(jar + " is larger than " + Module.MAX_SOURCE + " bytes");
        }
        return Files.readAllBytes(jar);
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
        replace("loading", textOf(marks));
    }

    void loaded(String name, String version) throws IOException {
        List<String> marks = lines("loading");
        marks.remove(mark(name, version));
        replace("loading", textOf(marks));
    }

    private static String mark(String name, String version) {
        return name + " " + version;
    }

    private List<String> lines(String file) throws IOException {
        Path path = folder.resolve(file);
        if (Files.exists(path) && Files.size(path) > MOST_BYTES_OF_A_LIST) {
            throw new IOException(path + " is larger than " + MOST_BYTES_OF_A_LIST + " bytes");
        }
        return Files.exists(path)
                ? new ArrayList<>(Files.readAllLines(path, StandardCharsets.UTF_8))
                : new ArrayList<>();
    }
}
