package io.broccoli.examples;

import io.broccoli.deploy.Module;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Modules for nodes of the JVM, of classes of these tests. */
final class TestModules {

    private TestModules() {}

    /** A module of one class. */
    static Module jar(String name, Class<?> type) throws IOException {
        return Module.ofJar(name, bytes(type));
    }

    /** A jar of one class. */
    static byte[] bytes(Class<?> type) throws IOException {
        return bytes(type, Map.of());
    }

    /** A jar of one class and of other files. */
    static byte[] bytes(Class<?> type, Map<String, byte[]> files) throws IOException {
        String path = type.getName().replace('.', '/') + ".class";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes);
                InputStream compiled =
                        Objects.requireNonNull(type.getClassLoader().getResourceAsStream(path))) {
            jar.putNextEntry(new JarEntry(path));
            compiled.transferTo(jar);
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                jar.putNextEntry(new JarEntry(each.getKey()));
                jar.write(each.getValue());
            }
        }
        return bytes.toByteArray();
    }
}
