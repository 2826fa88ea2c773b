package io.broccoli.perf.measure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a run was made with: the machine, the JDK, the libraries. No paths and no names of users or machines. */
public final class Environment {

    private static final Pattern LIBRARY =
            Pattern.compile("(reactor-core|hivemq-mqtt-client|hivemq-community-edition-embedded|msgpack-core"
                    + "|netty-handler|jmh-core)-(\\d[^/]*)\\.jar");

    private Environment() {}

    public static Map<String, Object> read() {
        com.sun.management.OperatingSystemMXBean system =
                (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Map<String, Object> env = new LinkedHashMap<>();
        env.put("cores", system.getAvailableProcessors());
        env.put("memory_mb", system.getTotalMemorySize() >> 20);
        env.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        env.put("jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        env.put("flags", flags());
        env.put(
                "gc",
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName)
                        .toList());
        env.put("common_pool", ForkJoinPool.getCommonPoolParallelism());
        env.put("commit", commit());
        env.put("libraries", libraries(System.getProperty("java.class.path")));
        return env;
    }

    /** The load average of the last minute. */
    public static double load1() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-X"))
                .toList();
    }

    /** By the names of the jars. */
    static Map<String, String> libraries(String classPath) {
        Map<String, String> found = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        for (String entry : classPath.split(Pattern.quote(File.pathSeparator))) {
            names.add(String.valueOf(Path.of(entry).getFileName()));
        }
        for (String name : names) {
            Matcher library = LIBRARY.matcher(name);
            if (library.matches()) {
                found.put(library.group(1), library.group(2));
            }
        }
        return found;
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
                    .directory(new File(System.getProperty("broccoli.root", ".")))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(git.getInputStream().readAllBytes(), UTF_8).strip();
            return git.waitFor() == 0 ? said : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
