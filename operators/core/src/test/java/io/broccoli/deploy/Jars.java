package io.broccoli.deploy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Jars of classes that are compiled when a test needs them, in memory. */
final class Jars {

    private Jars() {}

    /** A jar of the class {@code garden.Tasks} with this body; {@code io.broccoli.task} is imported. */
    static byte[] ofBody(String body) {
        return of("garden.Tasks", "package garden;\nimport io.broccoli.task.*;\npublic class Tasks {\n" + body + "\n}");
    }

    /** A module with one task, which adds. */
    static Module adding(String name, String task, int summand) {
        return Module.ofJar(
                name,
                ofBody("@TaskMethod public int " + task + "(@Param(\"x\") int x) { return x + " + summand + "; }"));
    }

    /** The same jar, of which somebody has forgotten a file. */
    static byte[] without(byte[] jar, String forgotten) {
        ByteArrayOutputStream fewer = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar));
                JarOutputStream out = new JarOutputStream(fewer)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.getName().equals(forgotten)) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
        } catch (IOException impossible) { // in memory
            throw new UncheckedIOException(impossible);
        }
        return fewer.toByteArray();
    }

    /** A jar of one file of lines, as they are in a manifest. */
    static byte[] withLargeFile(String name, int size) throws IOException {
        byte[] lines = "Name: x\r\n\r\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(jar)) {
            out.putNextEntry(new JarEntry(name));
            for (int left = size; left > 0; left -= lines.length) {
                out.write(lines, 0, Math.min(left, lines.length));
            }
        }
        return jar.toByteArray();
    }

    static byte[] of(String type, String source) {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        Map<String, ByteArrayOutputStream> classes = new TreeMap<>();
        StringWriter errors = new StringWriter();
        JavaFileManager files = new ForwardingJavaFileManager<>(compiler.getStandardFileManager(null, null, null)) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("mem:/" + name), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return classes.computeIfAbsent(name, key -> new ByteArrayOutputStream());
                    }
                };
            }
        };
        JavaFileObject text =
                new SimpleJavaFileObject(
                        URI.create("mem:/" + type.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        List<String> options = List.of("-proc:none", "-cp", System.getProperty("java.class.path"));
        if (!compiler.getTask(errors, files, null, options, null, List.of(text)).call()) {
            throw new IllegalArgumentException(errors.toString());
        }
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(jar)) {
            for (Map.Entry<String, ByteArrayOutputStream> each : classes.entrySet()) {
                JarEntry entry = new JarEntry(each.getKey().replace('.', '/') + ".class");
                entry.setTime(0); // the same source is the same jar
                out.putNextEntry(entry);
                out.write(each.getValue().toByteArray());
            }
        } catch (IOException impossible) { // into memory
            throw new UncheckedIOException(impossible);
        }
        return jar.toByteArray();
    }
}
