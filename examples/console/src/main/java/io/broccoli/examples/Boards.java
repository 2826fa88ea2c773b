package io.broccoli.examples;

import io.broccoli.examples.text.BadInputException;
import io.broccoli.examples.text.Json;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Boards without hardware: the firmware on MicroPython in a process of Node, each board in a worker of its own. They end with
 * {@link #close()}, and with this process.
 */
final class Boards implements AutoCloseable {

    private static final long LONGEST_END_SECONDS = 5;

    private final Process process;
    private final CompletableFuture<String> started = new CompletableFuture<>(); // what is wrong, or nothing
    private final CompletableFuture<String> complaint = new CompletableFuture<>(); // the last line of its errors
    private final Consumer<Map<?, ?>> news;

    /**
     * Starts the process; {@link #awaitStarted} waits for the boards.
     *
     * @param arguments of {@code firmware/host/cli.mjs}
     * @param environment of the process, beside this one's
     * @param news hears what boards do and say, as maps; on a thread of its own
     * @throws IOException if the firmware is not there or cannot be started, saying what is missing
     */
    static Boards start(List<String> arguments, Map<String, String> environment, Consumer<Map<?, ?>> news)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of("bash", folder().resolve("run").toString(), "start", "--parent"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return new Boards(builder.start(), news);
    }

    private Boards(Process process, Consumer<Map<?, ?>> news) {
        this.process = process;
        this.news = news;
        daemon("boards", this::read);
        daemon("boards-errors", this::readErrors);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, "broccoli-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Where the firmware is: the launcher says it; else the nearest folder above the current one that has it. */
    private static Path folder() throws IOException {
        String root = System.getProperty("broccoli.root");
        Path start = Path.of(root == null ? "" : root).toAbsolutePath();
        for (Path each = start; each != null; each = each.getParent()) {
            Path firmware = each.resolve("firmware");
            if (Files.exists(firmware.resolve("host/cli.mjs"))) {
                return firmware;
            }
        }
        throw new IOException("the boards' firmware is part of Broccoli's sources, and neither " + start
                + " nor a folder above it has it");
    }

    /**
     * Blocks until all boards run. That they have joined is for the cluster to say.
     *
     * @throws IOException if they do not, saying why
     */
    void awaitStarted(long timeoutMillis) throws IOException {
        try {
            String wrong = started.get(timeoutMillis, TimeUnit.MILLISECONDS);
            if (!wrong.isEmpty()) {
                throw new IOException(wrong);
            }
        } catch (ExecutionException | TimeoutException late) {
            throw new IOException("the boards did not start within " + timeoutMillis / 1000 + " s");
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
    }

    /** Gives a command to the host: {@code kill}, {@code start}, {@code freeze}, {@code cut} or {@code mend}, and a board's name. */
    void command(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line);
            }
        } catch (IOException ended) { // what follows tells why
            System.getLogger(Boards.class.getName()).log(System.Logger.Level.DEBUG, "no more of the boards", ended);
        }
        started.complete(reason());
    }

    private void hear(String line) throws IOException {
        Object said;
        try {
            said = Json.read(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)), "the boards");
        } catch (BadInputException unreadable) {
            return;
        }
        if (said instanceof Map<?, ?> map) {
            if (map.get("started") instanceof Integer) {
                started.complete("");
            }
            news.accept(map);
        }
    }

    /** All of them are read, or it would wait once the pipe is full. */
    private void readErrors() {
        String last = "";
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line.isBlank() ? last : line;
            }
        } catch (IOException ended) {
            System.getLogger(Boards.class.getName()).log(System.Logger.Level.DEBUG, "no more errors", ended);
        }
        complaint.complete(last);
    }

    private String reason() {
        String line = complaint
                .completeOnTimeout("", LONGEST_END_SECONDS, TimeUnit.SECONDS)
                .join();
        return line.isEmpty() ? "the boards ended" : line.replaceFirst("^broccoli: ", "");
    }

    /** Whether it was ended, or ended by itself. */
    boolean isOver() {
        return !process.isAlive();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException ended) {
            System.getLogger(Boards.class.getName()).log(System.Logger.Level.DEBUG, "they had ended", ended);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    /** What is left of a board's word when it said something: its name and what it said. */
    static @Nullable String said(Map<?, ?> news) {
        Object board = news.get("board");
        if (news.get("reset") != null) {
            return board + ": reset, cause " + news.get("reset");
        }
        return news.get("says") == null ? null : board + ": " + news.get("says");
    }
}
