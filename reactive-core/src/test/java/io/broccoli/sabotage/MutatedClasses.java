package io.broccoli.sabotage;

import io.broccoli.internal.credit.CreditLink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Some packages once more, with a flaw in them: mutated sources are compiled in memory; all other classes of these packages are
 * loaded anew beside them, so that they see each other as before. Nothing in the real classes needs to know of it.
 */
public final class MutatedClasses extends ClassLoader {

    /** Seen from each module. */
    private static final List<Path> MODULES = List.of(
            Path.of(""),
            Path.of("reactive-core"),
            Path.of("../reactive-core"),
            Path.of("../../reactive-core"),
            Path.of("transport/core"));

    private static final List<String> SOURCES = List.of("src/main/java", "src/test/java");

    private final List<String> packages;
    private final String scenarios;
    private final Map<String, byte[]> mutated;

    /**
     * @param scenarios what plays: it has a static method {@code play} of a scenario's name, the first seed and the number of worlds
     * @param neighbours the others of its package and of theirs are loaded anew, too
     */
    public MutatedClasses(Mutation mutation, Class<?> scenarios, Class<?>... neighbours) throws IOException {
        super(MutatedClasses.class.getClassLoader());
        this.scenarios = scenarios.getName();
        List<Class<?>> all =
                Stream.concat(Stream.of(scenarios), Stream.of(neighbours)).toList();
        this.packages = all.stream().map(Class::getPackageName).distinct().toList();
        this.mutated = compile(mutate(mutation), classPath(all));
    }

    /** Plays worlds of a scenario with the mutated classes: what broke, or nothing. */
    public String play(String scenario, long firstSeed, int worlds) throws ReflectiveOperationException {
        try {
            Method play = loadClass(scenarios).getDeclaredMethod("play", String.class, long.class, int.class);
            play.setAccessible(true); // of the same name, but not the same package
            return (String) play.invoke(null, scenario, firstSeed, worlds);
        } catch (InvocationTargetException thrown) {
            return "thrown: " + thrown.getCause(); // an Error, as from endless recursion
        }
    }

    // ---- sources

    private Map<String, String> mutate(Mutation mutation) throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        for (Mutation.Edit edit : mutation.edits()) {
            String source = sources.containsKey(edit.file()) ? sources.get(edit.file()) : read(edit.file());
            int at = source == null ? -1 : source.indexOf(edit.text());
            if (source == null || at < 0 || source.indexOf(edit.text(), at + 1) >= 0) {
                throw new IllegalStateException("The text of \"" + mutation.name() + "\" is not there once in "
                        + edit.file() + ": " + edit.text());
            }
            sources.put(edit.file(), source.replace(edit.text(), edit.replacement()));
        }
        return sources;
    }

    private String read(String file) throws IOException {
        return Files.readString(path(file));
    }

    private Path path(String file) throws IOException {
        for (Path module : MODULES) {
            for (String folder : SOURCES) {
                for (String each : packages) {
                    Path path = module.resolve(folder)
                            .resolve(each.replace('.', '/'))
                            .resolve(file + ".java");
                    if (Files.exists(path)) {
                        return path;
                    }
                }
            }
        }
        throw new IOException("No source of " + file + " below " + Path.of("").toAbsolutePath());
    }

    private static Map<String, byte[]> compile(Map<String, String> sources, String classPath) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<Source> files = new ArrayList<>();
        sources.forEach((name, text) -> files.add(new Source(name, text)));
        try (Output output = new Output(compiler.getStandardFileManager(problems, null, null))) {
            List<String> options = List.of("-proc:none", "-nowarn", "-cp", classPath);
            if (!compiler.getTask(null, output, problems, options, null, files).call()) {
                throw new IllegalStateException("A mutation does not compile: " + problems.getDiagnostics());
            }
            Map<String, byte[]> classes = new HashMap<>();
            output.written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }

    /** Where these classes, and those that all use, come from. */
    private static String classPath(List<Class<?>> classes) {
        return String.join(
                System.getProperty("path.separator"),
                Stream.concat(
                                classes.stream(),
                                Stream.of(CreditLink.class, Nullable.class, Flux.class, Publisher.class))
                        .map(type -> Path.of(URI.create(type.getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toString()))
                                .toString())
                        .distinct()
                        .toList());
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
        final Map<String, ByteArrayOutputStream> written = new HashMap<>();

        Output(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + className.replace('.', '/') + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return written.computeIfAbsent(className, name -> new ByteArrayOutputStream());
                }
            };
        }
    }

    // ---- classes

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            if (!packages.contains(name.substring(0, Math.max(0, name.lastIndexOf('.'))))) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = mutated.get(name);
        if (bytes == null) {
            try (InputStream original = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (original == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = original.readAllBytes();
            } catch (IOException failed) {
                throw new ClassNotFoundException(name, failed);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
