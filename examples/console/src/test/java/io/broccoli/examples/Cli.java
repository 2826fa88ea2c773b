package io.broccoli.examples;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** Runs commands in this process, as {@code main} does, and keeps what they print. */
final class Cli {

    private Cli() {}

    record Result(int status, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    static Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commands =
                Broccoli.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Result(commands.execute(args), out.toString(), err.toString());
    }

    /** Runs a command with this standard input. One at a time. */
    static Result run(InputStream input, String... args) {
        InputStream before = System.in;
        System.setIn(input);
        try {
            return run(args);
        } finally {
            System.setIn(before);
        }
    }

    /** A command on a thread of its own. */
    record Running(Thread thread, CompletableFuture<Result> result) implements AutoCloseable {

        Result await() throws Exception {
            return result.get(60, TimeUnit.SECONDS);
        }

        /** Ends it, if nothing else did. */
        @Override
        public void close() throws Exception {
            thread.interrupt();
            thread.join(TimeUnit.SECONDS.toMillis(30));
        }
    }

    /** Starts a command that does not end by itself. */
    static Running start(String... args) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> result.complete(run(args)), "cli");
        thread.setDaemon(true);
        thread.start();
        return new Running(thread, result);
    }
}
