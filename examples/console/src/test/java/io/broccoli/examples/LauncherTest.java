package io.broccoli.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher itself, in a folder where it finds the classes of this test instead of a build. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

    private static final String UNMATCHED = "broccoli: Unmatched argument at index 0: ";

    @TempDir
    Path folder;

    private Path root = Path.of("");

    @BeforeEach
    void build() throws IOException {
        root = folder.toRealPath();
        Files.copy(BroccoliProcess.launcher(), root.resolve("broccoli"));
        Path target = Files.createDirectories(root.resolve("examples/console/target"));
        Files.createDirectory(target.resolve("classes"));
        Files.writeString(
                target.resolve("classpath.txt"),
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(Path::of)
                        .filter(Files::exists)
                        .map(each -> each.toAbsolutePath().toString())
                        .collect(Collectors.joining(File.pathSeparator)));
        Files.writeString(target.resolve("launcher.stamp"), root + "\n");
    }

    /** By a script, since the locale of this JVM may have no letters for its own arguments. */
    private String launch(String environment, String arguments) throws IOException, InterruptedException {
        Path script = Files.writeString(
                root.resolve("script"),
                "unset LC_ALL LC_CTYPE LANG\nexport " + environment + "\nexec bash ./broccoli " + arguments + "\n");
        ProcessBuilder command = new ProcessBuilder("bash", script.toString())
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("output").toFile());
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = command.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(root.resolve("output"), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LC_ALL=C", "LC_ALL=POSIX", "LC_CTYPE=C", "LANG=", "LC_ALL=C.UTF-8", "LANG=no_SUCH.UTF-8"})
    void argumentsAreReadAsUtf8InALocaleWithoutLetters(String environment) throws Exception {
        assertThat(launch(environment, "'süß→🥦'")).contains(UNMATCHED + "'süß→🥦'\n");
    }

    @Test
    void aResultComesBackAsItWasGiven() throws Exception {
        assertThat(launch("LC_ALL=C", "run \"concat.s('süß', '🥦')\"")).isEqualTo("\"süß🥦\"\n");
    }

    @Test
    void aSystemWithoutUtf8SaysSoInsteadOfChangingAnArgument() throws Exception {
        Path bin = Files.createDirectory(root.resolve("bin"));
        Path locale = Files.writeString(bin.resolve("locale"), "#!/bin/sh\necho ANSI_X3.4-1968\n");
        assertThat(locale.toFile().setExecutable(true)).isTrue();
        String poor = "LC_ALL=C PATH=\"" + bin + ":$PATH\"";
        assertThat(launch(poor, "süß"))
                .isEqualTo("broccoli: an argument has letters beyond ASCII, and no locale of this system has UTF-8:"
                        + " install C.UTF-8\n");
        assertThat(launch(poor, "suess")).contains(UNMATCHED + "'suess'");
    }
}
