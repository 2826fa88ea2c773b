package io.broccoli.examples;

import io.broccoli.examples.events.Event;
import io.broccoli.examples.events.EventLines;
import io.broccoli.examples.events.Fields;
import io.broccoli.examples.text.BadInputException;
import io.broccoli.examples.text.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What commands share that read samples on standard input and print what comes of them, one line of JSON each. */
abstract class EventCommand implements Callable<Integer> {

    /** Lines that are refused and said; more are counted. */
    private static final int REFUSALS_SAID = 10;

    /** More sources than this are a mistake, most often of what is taken for the source. */
    private static final int MAX_SOURCES = 100_000;

    /** However much comes, results go out after this. */
    private static final long LONGEST_UNFLUSHED = TimeUnit.SECONDS.toNanos(1);

    /** What is done if no more samples may be kept. */
    enum Full {
        EARLY,
        FAIL
    }

    @Option(
            names = "--time",
            paramLabel = "FIELD",
            description = "Event time: whole milliseconds since 1970, or text such as 2025-01-31T12:00:00Z. A path with"
                    + " dots goes into objects. Default: t, or time.")
    private @Nullable String time;

    @Option(
            names = "--source",
            paramLabel = "FIELD",
            description =
                    "Source of a sample: each has a clock of its own. Default: source, or node; without either, all"
                            + " samples are of one source.")
    private @Nullable String source;

    @Option(names = "--key", paramLabel = "FIELD", description = "Key. Default: key, if there is one.")
    private @Nullable String key;

    @Option(names = "--value", paramLabel = "FIELD", description = "Value. Default: value.")
    private @Nullable String value;

    @Option(
            names = "--disorder",
            paramLabel = "TIME",
            converter = SpanConverter.class,
            defaultValue = "0s",
            description = "How far a sample may be behind the newest one of its source. Default: ${DEFAULT-VALUE}.")
    Duration disorder = Duration.ZERO;

    @Option(
            names = "--late",
            paramLabel = "FILE",
            description =
                    "File for late samples, one a line, each with the watermark that it missed. Without it they are"
                            + " counted on standard error.")
    private @Nullable Path lateFile;

    @Option(
            names = "--most",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Most samples that are kept; with --reduce, most partial results. Default: ${DEFAULT-VALUE}.")
    int most;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log more.")
    boolean[] verbose = {};

    @Option(
            names = {"-q", "--quiet"},
            description = "Print only results, errors and refused lines.")
    private boolean quiet;

    @Spec
    CommandSpec spec = CommandSpec.create();

    private @Nullable PrintWriter late;
    private long flushed = System.nanoTime();
    private long lates;
    private long refused;

    /** Takes what came, and prints what comes of it. */
    abstract void take(Event event);

    /** The input has ended. */
    abstract void end();

    /** What is to be said at the end besides; empty if nothing is. */
    abstract String summary();

    /**
     * Called after what was printed went out.
     *
     * @param last whether nothing more comes
     */
    void printed(boolean last) {
        // Only a command that keeps positions has to know.
    }

    /** Whether this run goes on where the one before was: then what was late before is kept. */
    boolean goesOn() {
        return false;
    }

    /** How many sources are known. */
    abstract int sources();

    /** Where a sample says which side it is of; null if it does not. */
    Fields fields(@Nullable String side, String a, String b) {
        if (most < 1) {
            throw usage("--most is at least 1, not " + most);
        }
        return new Fields(time, source, key, value, side, a, b);
    }

    final int run(Fields fields) throws Exception {
        try (Cleanup cleanup = new Cleanup()) { // Ctrl-C closes the file, with all that was late until then
            Path file = lateFile;
            if (file != null) {
                late = cleanup.open(() -> writer(file));
            }
            if (!readAll(new EventLines(System.in, fields))) {
                return 0; // nobody reads what is printed
            }
            end();
            flush(true);
        }
        if (refused > REFUSALS_SAID) {
            say(refused + " lines were refused");
        }
        if (!quiet) {
            summarize();
        }
        return refused > 0 ? Broccoli.MALFORMED : 0;
    }

    private void summarize() {
        if (lates > 0) {
            say(lates
                    + (lates == 1 ? " sample was late" : " samples were late")
                    + (late == null ? "; --late FILE keeps them" : ""));
        }
        String more = summary();
        if (!more.isEmpty()) {
            say(more);
        }
    }

    private PrintWriter writer(Path file) {
        try {
            StandardOpenOption how = goesOn() ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
            return new PrintWriter(Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how));
        } catch (IOException impossible) {
            throw new BadInputException("--late " + file + " cannot be written: " + impossible);
        }
    }

    /** @return false if nobody reads any more what is printed */
    private boolean readAll(EventLines lines) throws IOException {
        while (true) {
            if ((lines.mayWait() || System.nanoTime() - flushed > LONGEST_UNFLUSHED) && !flush(false)) {
                return false;
            }
            try {
                Event event = lines.next();
                if (event == null) {
                    return true;
                }
                takeSafely(lines, event);
            } catch (BadInputException malformed) {
                refused++;
                if (refused <= REFUSALS_SAID) {
                    say(malformed.getMessage() + "; it is left out");
                }
            }
        }
    }

    private void takeSafely(EventLines lines, Event event) {
        try {
            take(event);
        } catch (BadInputException unusable) {
            throw new BadInputException("line " + lines.number() + ": " + unusable.getMessage());
        }
        if (sources() > MAX_SOURCES) {
            throw new IllegalStateException("line " + lines.number() + ": there are more than " + MAX_SOURCES
                    + " sources; --source names what" + " tells them apart");
        }
    }

    private boolean flush(boolean last) {
        flushed = System.nanoTime();
        if (late != null) {
            late.flush();
        }
        if (spec.commandLine().getOut().checkError()) { // it flushes
            return false;
        }
        printed(last);
        return true;
    }

    /** Prints one result. */
    final void print(Map<String, @Nullable Object> result) {
        spec.commandLine().getOut().write(Json.write(result) + "\n");
    }

    /** A sample was late. */
    final void late(Event.Sample sample, OptionalLong watermark) {
        lates++;
        if (late == null) {
            return;
        }
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("source", sample.source());
        if (!sample.side().isEmpty()) {
            line.put("side", sample.side());
        }
        line.put("t", sample.time());
        line.put("key", sample.key());
        line.put("value", sample.value());
        watermark.ifPresent(at -> line.put("watermark", at));
        late.write(Json.write(line) + "\n");
    }

    final void say(@Nullable String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("broccoli: " + text);
        err.flush();
    }

    final ParameterException usage(@Nullable String message) {
        return new ParameterException(spec.commandLine(), String.valueOf(message));
    }
}
