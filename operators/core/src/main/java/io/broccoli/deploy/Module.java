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
 * A file of functions with a name and a version: a Python file for boards, or a jar for JVM nodes. A Python file and a
 * jar may have the same name. The tasks of a jar are the public {@link io.broccoli.task.TaskMethod} methods of its
 * classes that have a constructor without parameters. Immutable.
 *
 * <p>A version is not sent to a node that already has it, so a version must identify the content. The default version
 * does; take care if you set another one.
 */
@SuppressWarnings("JavaLangClash") // Python calls a file a module; java.lang.Module is something else
public final class Module {

    /** The largest file, in bytes: 4 MiB, for JVM nodes. Boards accept less and refuse a larger file. */
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
     * Reads a module from a file. Blocks. The name of the module is that of the file, without {@code .py} or
     * {@code .jar}.
     *
     * @throws UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if the file is too large, or its name is not a valid name of a module
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

    /**
     * A module of Python source.
     *
     * @throws IllegalArgumentException if it is too large, or the name is not valid
     */
    public static Module of(String name, String source) {
        return of(ModuleKind.PYTHON, name, source.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A module of the bytes of a jar. The content is checked by the nodes.
     *
     * @throws IllegalArgumentException if it is too large, or the name is not valid
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

    /**
     * The same module with another version.
     *
     * @param value one line of 1 to 64 characters
     * @throws IllegalArgumentException if it is not
     */
    public Module withVersion(String value) {
        checkVersion(value);
        return new Module(kind, name, value, source, digest);
    }

    ModuleKind kind() {
        return kind;
    }

    /** The name: 1 to 64 letters, digits and underscores. */
    public String name() {
        return name;
    }

    /**
     * The version that nodes announce with each function. Default: the first eight hexadecimal digits of the file's
     * SHA-256.
     */
    public String version() {
        return version;
    }

    /** The size of the file, in bytes. */
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
