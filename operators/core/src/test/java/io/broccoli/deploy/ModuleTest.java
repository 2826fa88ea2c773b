package io.broccoli.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broccoli.task.TaskDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModuleTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "acme-tasks-1.0.jar, acme-tasks, 1.0+",
        "acme-tasks-1.0-SNAPSHOT.jar, acme-tasks, 1.0-SNAPSHOT+",
        "acme.tasks_2-1.0-20261201.010203-4.jar, acme.tasks_2, 1.0-20261201.010203-4+",
        "acme-tasks.jar, acme-tasks, ''",
        "garden.jar, garden, ''",
        "garden.py, garden, ''",
        "garden, garden, ''"
    })
    void aFileGivesItsNameAndAJarAlsoTheVersionThatMavenPutThere(String file, String name, String version)
            throws IOException {
        Module module = Module.of(Files.writeString(folder.resolve(file), "x"));
        assertThat(module.name()).isEqualTo(name);
        assertThat(module.version()).isEqualTo(version + "2d711642");
    }

    @Test
    void namesAndVersionsThatWouldDoHarmAreRefused() throws IOException {
        for (String name : List.of("", "a b", "a\n", "../a", ".a", "-a", "\u00e4", "x".repeat(65))) {
            assertThatThrownBy(() -> Module.ofJar(name, new byte[0]))
                    .hasMessageContaining("the name of a .jar module is");
            assertThatThrownBy(() -> Module.of(name, "")).hasMessageContaining("the name of a .py module is");
        }
        assertThatThrownBy(() -> Module.of("acme-tasks", "")).hasMessageContaining("the name of a .py module is");
        Path python = Files.writeString(folder.resolve("acme-tasks-1.0.py"), "x");
        assertThatThrownBy(() -> Module.of(python)).hasMessageContaining("the name of a .py module is");
        Module garden = Module.of("garden", "");
        for (String version :
                List.of("", " ", "1.0\n", "1\n2", "1\r", "1\u0085", "1\u2028", " 1", "1 ", "x".repeat(65))) {
            assertThatThrownBy(() -> garden.withVersion(version)).hasMessageContaining("a version is 1 to 64");
        }
        assertThat(garden.withVersion("version 1").version()).isEqualTo("version 1");
        assertThat(garden.withVersion("x".repeat(64)).version()).hasSize(64);
    }

    @Test
    void theTasksOfAJarAreForANodeOfThisProcessToo() {
        assertThat(Jars.adding("garden", "grow", 1).tasks().all())
                .extracting(TaskDefinition::name)
                .containsExactly("grow");
        assertThatThrownBy(() -> Module.ofJar("garden", new byte[1]).tasks())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it is no jar");
        assertThatThrownBy(() -> Module.of("garden", "").tasks()).hasMessageContaining("Python runs on boards");
    }
}
