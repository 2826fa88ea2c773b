package io.broccoli.internal.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.Main;

/** Where threads hand over to each other, jcstress finds no outcome that is forbidden. It is told to try hard enough to find one. */
class HandOverTest {

    private static final int TESTS = 5;

    @Test
    @Tag("stress")
    void nothingForbiddenHappensInAShortTime() throws Exception {
        stress("-m", "sanity", "-time", "200", "-strideSize", "256", "-strideCount", "40");
    }

    @Test
    @Tag("soak")
    void nothingForbiddenHappensInALongTime() throws Exception {
        stress("-m", "quick");
    }

    /** In a process of its own, which starts one for each way to compile the code. */
    private static void stress(String... how) throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "jcstress").toAbsolutePath());
        Path log = folder.resolve("log.txt");
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "-sc",
                "false",
                "-r",
                folder.resolve("report").toString()));
        command.addAll(List.of(how));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.MINUTES))
                    .as("jcstress ended")
                    .isTrue();
        } finally {
            process.destroy();
        }
        String said = Files.readString(log);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains("All remaining tests: " + TESTS + " matching test results");
    }
}
