package io.broccoli.examples;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.util.Loggers;

/** Reads along what is logged to the standard error stream: the library says there that a fault of its own was met. */
final class BugWatch implements AutoCloseable {

    private static final String WORDS = "this is a bug";

    private final PrintStream before = System.err;
    private final List<String> seen = new CopyOnWriteArrayList<>();

    BugWatch() {
        System.setErr(new PrintStream(before, true) {
            @Override
            public void println(@Nullable String line) {
                if (line != null && line.contains(WORDS)) {
                    seen.add(line);
                }
                super.println(line);
            }
        });
        Loggers.getLogger(BugWatch.class).error("No fault: a test tries whether it hears the words '{}'", WORDS);
        if (seen.isEmpty()) {
            throw new IllegalStateException("what is logged is not heard");
        }
        seen.clear();
    }

    List<String> seen() {
        return seen;
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
