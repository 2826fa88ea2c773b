package io.broccoli.perf.throughput;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM with the class path of this one. It says when it is ready, and ends when this one closes its input, or dies. */
final class ChildProcess implements AutoCloseable {

    private static final String READY = "ready";

    private final Process process;

    private ChildProcess(Process process) {
        this.process = process;
    }

    /** @param options for the JVM */
    static ChildProcess start(Class<?> main, List<String> options, List<String> args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.add("-Xmx256m");
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(args);
        return new ChildProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Blocks until the child is ready. */
    void awaitReady() throws IOException {
        BufferedReader said = process.inputReader(UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.equals(READY)) {
                return;
            }
        }
        throw new IOException("a process of the benchmark ended before it was ready");
    }

    /** In the child: says that it is ready, and blocks until it shall end. */
    static void ready() throws IOException {
        System.out.println(READY);
        System.out.flush();
        while (System.in.read() >= 0) {
            // nothing is ever written
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
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
