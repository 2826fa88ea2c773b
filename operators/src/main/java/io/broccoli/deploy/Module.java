package io.broccoli.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file of functions, with a name and a version: of Python for boards, or a jar for nodes of the JVM. Both may have one name. A jar's
 * tasks are the public methods with {@link io.broccoli.task.TaskMethod} of its classes that have a constructor without parameters.
 * Immutable. Nodes that have a version of a module are not sent it again, so that a
 * version should name one content; it does, unless it is chosen otherwise.
 */
@SuppressWarnings("JavaLangClash") // a file of Python is called a module, and what java.lang has is another thing
public final class Module {

    /** The largest file, in bytes: 4 MiB. Nodes of the JVM take it; boards take less, and say so. */
    public static final int MAX_SOURCE = 4 << 20;

    private static final int VERSION_DIGITS = 8;
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_VERSION = 64;

    private final ModuleKind kind;
    private final String name;
    private final String version;
    private final byte[] source;
    private final byte[] digest;

    private Module(ModuleKind kind, String name, String version, byte[] source, byte[] digest) {
        this.kind = kind;
        this.name = name;
        this.version = version;
        this.source = source;
        this.digest = digest;
    }

    /**
     * Reads a file, which blocks; the module has its name, without the {@code .py} or {@code .jar}.
     *
     * @throws UncheckedIOException if it cannot be read
     * @throws IllegalArgumentException if it is too large, or its name is no name of a module
     */
    public static Module of(Path file) {
        try {
            if (Files.size(file) > MAX_SOURCE) {
                throw new IllegalArgumentException(file + " is larger than " + MAX_SOURCE + " bytes");
            }
            String name = String.valueOf(file.getFileName());
            ModuleKind kind = ModuleKind.of(name);
            return of(
                    kind,
                    name.endsWith(kind.ending())
                            ? name.substring(0, name.length() - kind.ending().length())
                            : name,
                    Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A module of this text in Python. */
    public static Module of(String name, String source) {
        return of(ModuleKind.PYTHON, name, source.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A module of a jar's bytes, which are not checked here.
     *
     * @throws IllegalArgumentException if it is too large, or its name is no name of a module
     */
    public static Module ofJar(String name, byte[] jar) {
        return of(ModuleKind.JAR, name, jar.clone());
    }

    private static Module of(ModuleKind kind, String name, byte[] source) {
        checkName(name);
        if (source.length > MAX_SOURCE) {
            throw new IllegalArgumentException("a module has at most " + MAX_SOURCE + " bytes, not " + source.length);
        }
        byte[] digest = sha256(source);
        return new Module(kind, name, HexFormat.of().formatHex(digest).substring(0, VERSION_DIGITS), source, digest);
    }

    static void checkName(String name) {
        if (name.length() > LONGEST_NAME || !name.matches("\\w+")) {
            throw new IllegalArgumentException(
                    "a module's name is 1 to " + LONGEST_NAME + " letters, digits and underscores, not '" + name + "'");
        }
    }

    static void checkVersion(String version) {
        if (version.isBlank()
                || version.length() > LONGEST_VERSION
                || version.lines().count() != 1) {
            throw new IllegalArgumentException("a version is a line of 1 to " + LONGEST_VERSION + " characters");
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) { // each Java has it
            throw new AssertionError(impossible);
        }
    }

    /** The same module under another version than the first eight digits of its SHA-256: a line of 1 to 64 characters. */
    public Module withVersion(String value) {
        checkVersion(value);
        return new Module(kind, name, value, source, digest);
    }

    ModuleKind kind() {
        return kind;
    }

    public String name() {
        return name;
    }

    /** As nodes announce it with each function: the first eight digits of the file's SHA-256, unless it was given. */
    public String version() {
        return version;
    }

    /** Of the file, in bytes. */
    public int size() {
        return source.length;
    }

    byte[] digest() {
        return digest.clone();
    }

    /** What is sent as one piece. */
    byte[] piece(int offset, int most) {
        byte[] piece = new byte[Math.min(most, source.length - offset)];
        ByteBuffer.wrap(source).get(offset, piece);
        return piece;
    }

    @Override
    public String toString() {
        return name + " " + version;
    }
}
