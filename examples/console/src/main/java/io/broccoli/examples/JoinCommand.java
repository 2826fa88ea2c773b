package io.broccoli.examples;

import io.broccoli.examples.events.Event;
import io.broccoli.window.JoinTable;
import io.broccoli.window.Pair;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code broccoli join}: pairs of samples on standard input that are near in event time. */
@Command(
        name = "join",
        description = {
            "Joins two streams by their event time: each pair of samples a and b of one key, of which b is --low to --high"
                    + " later than a. Reads one sample a line on standard input, as 'broccoli window' does, both streams"
                    + " mixed, and prints one line of JSON for each pair when the later one arrives:"
                    + " {\"key\":..,\"a\":..,\"b\":..}. A sample behind the watermark is late and joins nothing.",
            "",
            "  broccoli join --low=-5s --high 5s --side node --a shed --b hall < samples.json"
        },
        mixinStandardHelpOptions = true)
final class JoinCommand extends EventCommand {

    @Option(
            names = "--low",
            paramLabel = "TIME",
            required = true,
            converter = SpanConverter.class,
            description = "How much later b is at least. May be negative: --low=-5s.")
    private Duration low = Duration.ZERO;

    @Option(
            names = "--high",
            paramLabel = "TIME",
            required = true,
            converter = SpanConverter.class,
            description = "How much later b is at most.")
    private Duration high = Duration.ZERO;

    @Option(
            names = "--side",
            paramLabel = "FIELD",
            defaultValue = "side",
            description = "Field that tells which stream a sample is of. Default: ${DEFAULT-VALUE}.")
    private String side = "side";

    @Option(
            names = "--a",
            paramLabel = "TEXT",
            defaultValue = "a",
            description = "What stands there for the first stream. Default: ${DEFAULT-VALUE}.")
    private String a = "a";

    @Option(
            names = "--b",
            paramLabel = "TEXT",
            defaultValue = "b",
            description = "What stands there for the second stream. Default: ${DEFAULT-VALUE}.")
    private String b = "b";

    @Option(
            names = "--full",
            paramLabel = "early|fail",
            defaultValue = "early",
            description =
                    "With --most samples, forget the oldest one before its time, or fail. Default: ${DEFAULT-VALUE}.")
    private Full full = Full.EARLY;

    private @Nullable JoinTable<@Nullable Object, @Nullable Object, @Nullable Object> table;

    @Override
    public Integer call() throws Exception {
        if (a.equals(b)) {
            throw usage("--a and --b are the same");
        }
        try {
            table = new JoinTable<>(low, high, disorder);
        } catch (IllegalArgumentException impossible) {
            throw usage(impossible.getMessage());
        }
        return run(fields(side, a, b));
    }

    private JoinTable<@Nullable Object, @Nullable Object, @Nullable Object> table() {
        return Objects.requireNonNull(table);
    }

    @Override
    void take(Event event) {
        if (event instanceof Event.Sample sample) {
            OptionalLong watermark = table().watermark().at();
            boolean taken = isTaken(sample);
            if (!taken) {
                late(sample, watermark);
            }
        } else if (event instanceof Event.Joined joined) {
            table().joined(joined.source());
        } else if (event instanceof Event.Ended ended) {
            table().ended(ended.source());
        } else if (event instanceof Event.Idle idle) {
            table().idle(idle.source());
        }
        for (Pair<?, ?, ?> pair = table().next(); pair != null; pair = table().next()) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("key", pair.key());
            line.put("a", pair.a());
            line.put("b", pair.b());
            print(line);
        }
        while (table().held() > most) {
            if (full == Full.FAIL) {
                throw new IllegalStateException("WINDOW_TOO_LARGE: more than " + most
                        + " samples may still meet others. Raise --most, or forget the oldest with --full early");
            }
            table().forgetOldest();
        }
    }

    @SuppressWarnings("NullAway") // null is a key, and a value: it does not see what the table's types say of that
    private boolean isTaken(Event.Sample sample) {
        return sample.side().equals("a")
                ? table().a(sample.source(), sample.time(), sample.key(), sample.value())
                : table().b(sample.source(), sample.time(), sample.key(), sample.value());
    }

    @Override
    void end() {
        // Each pair was printed when the later of the two came.
    }

    @Override
    String summary() {
        long forgotten = table().forgotten();
        return forgotten == 0
                ? ""
                : forgotten + (forgotten == 1 ? " sample was" : " samples were") + " forgotten early, since " + most
                        + " were kept; --most raises that";
    }

    @Override
    int sources() {
        return table().watermark().sources();
    }
}
