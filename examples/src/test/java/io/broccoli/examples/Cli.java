package io.broccoli.examples;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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
}
