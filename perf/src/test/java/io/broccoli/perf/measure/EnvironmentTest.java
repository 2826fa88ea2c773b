package io.broccoli.perf.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {

    @Test
    void librariesByTheNamesOfTheirJars() {
        String classPath = String.join(
                File.pathSeparator,
                "classes",
                "lib/reactor-core-3.8.7.jar",
                "lib/netty-handler-4.2.17.Final.jar",
                "x.jar");
        assertThat(Environment.libraries(classPath))
                .isEqualTo(Map.of("reactor-core", "3.8.7", "netty-handler", "4.2.17.Final"));
    }
}
