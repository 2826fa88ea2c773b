package io.broccoli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Inputs from outside that must be taken or refused, and never do anything else. {@link #replay} feeds the corpus that is kept in
 * {@code src/test/resources/fuzz}, one input in Base64 a line, and changed copies of it. {@link #search} has Jazzer look for more,
 * guided by coverage, and keeps what reaches something new:
 *
 * <pre>mvn -Pfuzz test -pl transport/core -am -Dtest=FramesFuzz -Dsurefire.failIfNoSpecifiedTests=false -Dfuzz.seconds=600</pre>
 *
 * A class that extends this one also has what Jazzer calls, {@code public static void fuzzerTestOneInput(byte[])}, which throws where
 * a rule is broken.
 */
@SuppressWarnings("NullAway.Init") // JUnit fills the field
public abstract class Fuzz {

    private static final int CHANGED_COPIES = 5_000; // of all inputs together; at least one of each
    private static final int LONGEST = 4_096;

    @TempDir
    Path folder;

    /** Takes or refuses an input; throws where a rule is broken. */
    protected abstract void feed(byte[] input);

    /** The first inputs, by hand. */
    protected abstract Stream<byte[]> seeds();

    /** First inputs that are texts. */
    protected static Stream<byte[]> texts(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private Path corpus() {
        return Path.of("src/test/resources/fuzz", getClass().getSimpleName() + ".txt");
    }

    /** The corpus, and what it began with. */
    private List<byte[]> inputs() throws IOException {
        List<byte[]> inputs = new ArrayList<>(seeds().toList());
        if (Files.exists(corpus())) {
            for (String line : Files.readAllLines(corpus())) {
                inputs.add(Base64.getDecoder().decode(line));
            }
        }
        return inputs;
    }

    @Test
    void replay() throws IOException {
        List<byte[]> inputs = inputs();
        long seed = Long.getLong("broccoli.seed", System.nanoTime());
        Random random = new Random(seed);
        int copies = 1 + CHANGED_COPIES / inputs.size();
        for (byte[] input : inputs) {
            feed(input, seed);
            for (int i = 0; i < copies; i++) {
                feed(changed(input, inputs.get(random.nextInt(inputs.size())), random), seed);
            }
        }
    }

    private void feed(byte[] input, long seed) {
        try {
            feed(input);
        } catch (Throwable e) {
            throw new AssertionError(
                    "seed " + seed + ", input " + Base64.getEncoder().encodeToString(input), e);
        }
    }

    /** With some bytes changed, or the end of another one. */
    private static byte[] changed(byte[] input, byte[] other, Random random) {
        if (input.length == 0) {
            return other;
        }
        byte[] copy = input.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        int at = random.nextInt(input.length);
        if (random.nextBoolean() && at < other.length) {
            byte[] joined = other.clone();
            System.arraycopy(copy, 0, joined, 0, at);
            return joined;
        }
        return copy;
    }

    @Test
    @Tag("fuzz")
    void search() throws IOException, InterruptedException {
        Path start = Files.createDirectory(folder.resolve("start"));
        List<byte[]> first = inputs();
        for (int i = 0; i < first.size(); i++) {
            Files.write(start.resolve("input" + i), first.get(i));
        }
        Path found = folder.resolve("found");
        int status = jazzer("-max_total_time=" + Integer.getInteger("fuzz.seconds", 60), start);
        assertThat(status)
                .as("the input that broke a rule is in %s", Path.of("target").toAbsolutePath())
                .isZero();
        Files.createDirectory(found);
        assertThat(jazzer("-merge=1", found, start)).isZero();
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(found)) {
            for (Path file : files.toList()) {
                lines.add(Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
            }
        }
        lines.sort(null);
        Files.createDirectories(corpus().getParent());
        Files.write(corpus(), lines, StandardCharsets.US_ASCII);
    }

    private int jazzer(String option, Path... corpora) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx1g", // garbage must not look like a leak
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + getClass().getName(),
                "--instrumentation_includes=io.broccoli.**",
                "-max_len=" + LONGEST,
                "-timeout=120",
                "-rss_limit_mb=3000",
                "-artifact_prefix=" + Path.of("target").toAbsolutePath() + "/",
                option));
        Stream.of(corpora).map(Path::toString).forEach(command::add);
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            assertThat(process.waitFor(2, TimeUnit.HOURS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
