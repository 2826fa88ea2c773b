package io.broccoli.deploy;

import io.broccoli.task.TaskRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of functions with a name and a version: a Python file for boards, or a jar for JVM nodes. A Python file and a
 * jar may have the same name. The tasks and feeds of a jar are the public {@link io.broccoli.task.TaskMethod} and
 * {@link io.broccoli.task.SourceMethod} methods of its classes that have a constructor without parameters. Immutable.
 *
 * <p>A version is not sent to a node that already has it, so a version must identify the content. The default version
 * does; take care if you set another one.
 */
@SuppressWarnings("JavaLangClash") // Python calls a file a module; java.lang.Module is something else
public final class Module {

    /** The largest file, in bytes: 4 MiB, for JVM nodes. Boards accept less and refuse a larger file. */
    public static final int MAX_SOURCE = 4 << 20;

    private static final int VERSION_DIGITS = 8;
    private static final int LONGEST_VERSION = 64;
    private static final Pattern VERSION = Pattern.compile("[!-~]([ -~]{0," + (LONGEST_VERSION - 2) + "}[!-~])?");

    /** {@code acme-tasks-1.0-SNAPSHOT}: an artifact, a hyphen, and a version that begins with a digit. */
    private static final Pattern ARTIFACT = Pattern.compile("(\\w[\\w.-]*?)-(\\d[\\w.+-]*)");

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
     * {@code .jar}. A jar may be named as Maven does: {@code acme-tasks-1.0.jar} is the module {@code acme-tasks}, and
     * the version in its name is the beginning of the module's ({@code 1.0+3f2a9c1d}).
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
            String base = name.endsWith(kind.ending())
                    ? name.substring(0, name.length() - kind.ending().length())
                    : name;
            Matcher artifact = ARTIFACT.matcher(base);
            if (kind != ModuleKind.JAR || !artifact.matches()) {
                return of(kind, base, Files.readAllBytes(file));
            }
            Module module = of(kind, artifact.group(1), Files.readAllBytes(file));
            return module.withVersion(artifact.group(2) + "+" + module.version());
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
        kind.checkName(name);
        if (source.length > MAX_SOURCE) {
            throw new IllegalArgumentException("a module has at most " + MAX_SOURCE + " bytes, not " + source.length);
        }
        byte[] digest = sha256(source);
        return new Module(kind, name, HexFormat.of().formatHex(digest).substring(0, VERSION_DIGITS), source, digest);
    }

    /** One line, so that it can be part of a list of lines; both ends see to that. */
    static void checkVersion(String version) {
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException("a version is 1 to " + LONGEST_VERSION
                    + " printable ASCII characters, without a space at either end");
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
     * @param value 1 to 64 printable ASCII characters, without a space at either end
     * @throws IllegalArgumentException if it is not
     */
    public Module withVersion(String value) {
        checkVersion(value);
        return new Module(kind, name, value, source, digest);
    }

    /**
     * Loads the tasks and feeds of a jar into this process, for a node that is to have them from its start:
     * {@code node.offer(module.name(), module.version(), module.tasks())}. Blocks, for at most 20 s. Runs code of the
     * jar, which may do anything.
     *
     * @throws IllegalArgumentException if it is no jar, has neither tasks nor feeds, or a class of it cannot be used
     */
    public TaskRegistry tasks() {
        if (kind != ModuleKind.JAR) {
            throw new IllegalArgumentException(name + " is no jar; Python runs on boards");
        }
        try {
            return new Loading("this process", Loading.LONGEST).tasks(name, source);
        } catch (ModuleException refused) {
            throw new IllegalArgumentException("the module " + this + ": " + refused.getMessage(), refused);
        }
    }

    ModuleKind kind() {
        return kind;
    }

    /** The name: 1 to 64 ASCII letters, digits and underscores; of a jar also hyphens and dots. */
    public String name() {
        return name;
    }

    /**
     * The version that nodes announce with each function. Default: the first eight hexadecimal digits of the file's
     * SHA-256, behind the version in the name of a jar ({@link #of(Path)}).
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
