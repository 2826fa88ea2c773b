package io.broccoli.examples;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
        return run(new StringWriter(), args);
    }

    private static Result run(StringWriter out, String... args) {
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
    record Running(Thread thread, StringWriter out, CompletableFuture<Result> result) implements AutoCloseable {

        /** What it printed until now. */
        String said() {
            return out.toString();
        }

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
        StringWriter out = new StringWriter();
        CompletableFuture<Result> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> result.complete(run(out, args)), "cli");
        thread.setDaemon(true);
        thread.start();
        return new Running(thread, out, result);
    }

    /** A test of what is logged: on standard error, of the whole process. */
    interface Listening {

        /** @param log what was logged until now */
        void run(Supplier<String> log) throws Exception;
    }

    static void listening(Listening test) throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        System.setErr(new PrintStream(heard, true, StandardCharsets.UTF_8));
        try {
            test.run(() -> heard.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }
}
