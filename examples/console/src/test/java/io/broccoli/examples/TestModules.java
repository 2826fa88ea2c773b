package io.broccoli.examples;

import io.broccoli.deploy.Module;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Modules for nodes of the JVM, of classes of these tests. */
final class TestModules {

    private TestModules() {}

    /** A module of one class. */
    static Module jar(String name, Class<?> type) throws IOException {
        String path = type.getName().replace('.', '/') + ".class";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes);
                InputStream compiled =
                        Objects.requireNonNull(type.getClassLoader().getResourceAsStream(path))) {
            jar.putNextEntry(new JarEntry(path));
            compiled.transferTo(jar);
        }
        return Module.ofJar(name, bytes.toByteArray());
    }
}
