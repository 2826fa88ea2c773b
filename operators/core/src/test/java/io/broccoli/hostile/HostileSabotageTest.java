package io.broccoli.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.cluster.ClusterFactory;
import io.broccoli.sabotage.MutatedClasses;
import io.broccoli.sabotage.Mutation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The hostile worlds notice flaws: each mutation breaks what {@link HostileUserTest} looks at, where nothing was broken before. */
@Tag("sabotage")
class HostileSabotageTest {

    private static final int WORLDS = 12;

    @TestFactory
    Stream<DynamicTest> itIsNoticedThat() throws Exception {
        Class<?>[] core = core();
        return HostileMutations.ALL.stream()
                .map(mutation -> DynamicTest.dynamicTest(mutation.name(), () -> {
                    assertThat(HostileWorlds.play(mutation.scenario(), 0, WORLDS))
                            .as("without the flaw")
                            .isEmpty();
                    assertThat(play(mutation, core))
                            .as("what worlds of %s noticed", mutation.scenario())
                            .isNotEmpty();
                }));
    }

    private static String play(Mutation mutation, Class<?>... core) throws Exception {
        return new MutatedClasses(mutation, HostileWorlds.class, core).play(mutation.scenario(), 0, WORLDS);
    }

    /** A class of each package that users do not see. */
    private static Class<?>[] core() throws Exception {
        Class<?> factory = ServiceLoader.load(ClusterFactory.class)
                .findFirst()
                .orElseThrow()
                .getClass();
        Path home = Path.of(
                factory.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(home)) {
            return core(home);
        }
        try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + home.toUri()), Map.of())) {
            return core(jar.getPath("/"));
        }
    }

    private static Class<?>[] core(Path home) throws IOException, ClassNotFoundException {
        Map<String, String> one = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(home)) {
            List<String> names = files.map(file -> home.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.contains("package-info"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .toList();
            for (String name : names) {
                String inner = name.substring(0, Math.max(0, name.lastIndexOf('.')));
                if (inner.startsWith("io.broccoli.internal.")) {
                    one.putIfAbsent(inner, name);
                }
            }
        }
        Class<?>[] core = new Class<?>[one.size()];
        int i = 0;
        for (String name : one.values()) {
            core[i++] = Class.forName(name, false, HostileSabotageTest.class.getClassLoader());
        }
        return core;
    }
}
