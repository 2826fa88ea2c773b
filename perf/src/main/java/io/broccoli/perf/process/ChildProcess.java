package io.broccoli.perf.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A process of a benchmark, most often a JVM with the class path of this one. It says when it is ready, answers questions of one line,
 * and ends when this one closes its input, or dies.
 */
public final class ChildProcess implements AutoCloseable {

    private static final String READY = "ready";

    private final Process process;
    private final BufferedReader said;
    private final Writer asked;

    private ChildProcess(Process process) {
        this.process = process;
        said = process.inputReader(UTF_8);
        asked = process.outputWriter(UTF_8);
    }

    /** @param options for the JVM */
    public static ChildProcess start(Class<?> main, List<String> options, List<String> args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.add("-Xmx256m");
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(args);
        return start(command, Map.of());
    }

    /**
     * Any program that ends with its input.
     *
     * @param environment beside that of this process
     */
    public static ChildProcess start(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start());
    }

    /** Blocks until the child is ready. */
    public void awaitReady() throws IOException {
        while (!nextLine().equals(READY)) {
            // what libraries say
        }
    }

    /** Blocks until the child says something more. */
    public String nextLine() throws IOException {
        String line = said.readLine();
        if (line == null) {
            throw new IOException("process " + process.pid() + " ended before it said what was waited for");
        }
        return line;
    }

    /** Blocks until the child has answered. */
    public String ask(String question) throws IOException {
        asked.write(question + "\n");
        asked.flush();
        return nextLine();
    }

    /** In the child: says that it is ready, and blocks until it shall end. */
    public static void ready() throws IOException {
        ready(question -> question);
    }

    /** In the child: says that it is ready, and answers until it shall end. */
    public static void ready(UnaryOperator<String> answers) throws IOException {
        say(READY);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            say(answers.apply(line));
        }
    }

    /** In the child: says a line to whoever started it. */
    public static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Ends it with SIGKILL: it has no time to say good-bye. Blocks until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Stops it with SIGSTOP, until {@link #thaw}. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("no signal " + name + " for process " + process.pid());
        }
    }

    @Override
    public void close() {
        try {
            asked.close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
