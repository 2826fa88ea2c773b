package io.broccoli.examples;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.Cluster;
import io.broccoli.transport.codec.MessagePackPayloadCodec;
import io.broccoli.transport.mqtt.MqttTransportProvider;
import io.broccoli.transport.mqtt.Ports;
import io.broccoli.transport.tcp.TcpTransportProvider;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users have on the module path; all other tests are on the class path. */
@SuppressWarnings("NullAway.Init") // by JUnit, before each test
class ModulePathTest {

    private static final long LONGEST_RUN_SECONDS = 60;
    private static final List<Class<?>> LIBRARIES = List.of(
            Cluster.class,
            Canvas.class,
            MessagePackPayloadCodec.class,
            TcpTransportProvider.class,
            MqttTransportProvider.class);
    private static final Pattern THEIR_LIBRARIES =
            Pattern.compile("(reactor-core|reactor-netty-core|reactive-streams|jspecify|netty|jackson|msgpack-core"
                    + "|hivemq-mqtt-client|rxjava|jctools-core|dagger|javax.inject)-.*jar");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "mqtt"})
    void anApplicationOnTheModulePathRunsTheSixWords(String scheme) throws Exception {
        String uri = scheme.equals("tcp") ? "tcp://127.0.0.1:" + Ports.free() : TestBroker.uri();

        assertThat(start("greenhouse/greenhouse.SixWords", uri))
                .containsExactly(
                        "module io.broccoli.core",
                        "chain 16",
                        "group [3, 7]",
                        "chord 90",
                        "map [Plant[name=leek, height=4], Plant[name=kale, height=6]]",
                        "starmap [3, 7, 11]",
                        "chunks [[3, 7], [11]]");
    }

    @Test
    void theCoreExportsWhatUsersSeeAndNothingElse() throws Exception {
        assertThat(module(Cluster.class).descriptor().exports())
                .extracting(ModuleDescriptor.Exports::toString)
                .containsExactlyInAnyOrder(
                        "io.broccoli.cluster",
                        "io.broccoli.feed",
                        "io.broccoli.frame",
                        "io.broccoli.network",
                        "io.broccoli.node",
                        "io.broccoli.place",
                        "io.broccoli.route",
                        "io.broccoli.spi",
                        "io.broccoli.task");
    }

    @Test
    void modulesProvideOnTheModulePathWhatTheyProvideOnTheClassPath() throws Exception {
        for (Class<?> library : LIBRARIES) {
            ModuleReference module = module(library);

            assertThat(module.descriptor().provides().stream()
                            .flatMap(each -> each.providers().stream().map(it -> each.service() + " " + it)))
                    .as(module.descriptor().name())
                    .containsExactlyInAnyOrderElementsOf(serviceFiles(module));
        }
    }

    private static List<String> serviceFiles(ModuleReference module) throws IOException {
        String services = "META-INF/services/";
        try (ModuleReader reader = module.open()) {
            return reader.list()
                    .filter(name -> name.startsWith(services) && !name.endsWith("/"))
                    .flatMap(name -> read(reader, name)
                            .lines()
                            .map(provider -> name.substring(services.length()) + " " + provider))
                    .toList();
        }
    }

    private static String read(ModuleReader reader, String name) {
        try (InputStream in = reader.open(name).orElseThrow()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What the application printed. */
    private List<String> start(String main, String argument) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String path = modulePath() + File.pathSeparator + compiled();
        Path printed = folder.resolve("printed");
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(java, "-Xmx128m", "--module-path", path, "--module", main, argument)
                .redirectOutput(printed.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS))
                    .as("it ended in time; errors: %s", Files.readString(errors))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return Files.readAllLines(printed);
    }

    private Path compiled() throws IOException, URISyntaxException {
        Path sources = Path.of(Objects.requireNonNull(ModulePathTest.class.getResource("/modulepath"))
                .toURI());
        Path classes = folder.resolve("greenhouse");
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        StringWriter problems = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> found = Files.walk(sources)) {
            List<Path> java =
                    found.filter(each -> each.toString().endsWith(".java")).toList();
            List<String> options = List.of("--module-path", modulePath(), "-d", classes.toString(), "-proc:none");
            assertThat(compiler.getTask(problems, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
                            .call())
                    .as(problems.toString())
                    .isTrue();
        }
        return classes;
    }

    private static String modulePath() {
        Stream<Path> libraries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(each ->
                        THEIR_LIBRARIES.matcher(each.getFileName().toString()).matches());
        return Stream.concat(LIBRARIES.stream().map(ModulePathTest::place), libraries)
                .map(Path::toString)
                .collect(joining(File.pathSeparator));
    }

    private static ModuleReference module(Class<?> library) {
        return ModuleFinder.of(place(library)).findAll().iterator().next();
    }

    /** A jar, or before there is one a folder of classes. */
    private static Path place(Class<?> library) {
        try {
            return Path.of(
                    library.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
