package io.broccoli.examples;

import io.broccoli.examples.events.Event;
import io.broccoli.examples.events.Folds;
import io.broccoli.window.Window;
import io.broccoli.window.WindowResult;
import io.broccoli.window.WindowTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code broccoli window}: windows over event time of samples on standard input. */
@Command(
        name = "window",
        description = {
            "Cuts samples into windows by their event time. Reads one sample a line on standard input, as 'broccoli feed"
                    + " --json --events' prints them, and prints one line of JSON for each window:"
                    + " {\"key\":..,\"start\":..,\"end\":..,\"revision\":..,\"values\":[..]}, with times in milliseconds"
                    + " since 1970; with --reduce \"value\" instead of \"values\".",
            "",
            "A window is printed when the watermark reaches its end: the least time of all sources, less --disorder. Lines"
                    + " {\"joined\":SOURCE}, {\"ended\":SOURCE} and {\"idle\":SOURCE} say which sources are waited for."
                    + " Windows that are open at the end of the input are printed, but with --after. A line that is none is said with its"
                    + " number and left out; the exit status is 2 then.",
            "",
            "  broccoli feed temperature --json | broccoli window --size 60s --reduce 'mean.s()'"
        },
        mixinStandardHelpOptions = true)
final class WindowCommand extends EventCommand {

    @Option(
            names = "--size",
            paramLabel = "TIME",
            converter = SpanConverter.class,
            description = "Length of a window: 30, 500ms, 2m, 1h, 1d.")
    private @Nullable Duration size;

    @Option(
            names = "--slide",
            paramLabel = "TIME",
            converter = SpanConverter.class,
            description = "Time from the start of a window to that of the next. Default: the size.")
    private @Nullable Duration slide;

    @Option(
            names = "--gap",
            paramLabel = "TIME",
            converter = SpanConverter.class,
            description =
                    "Sessions, instead of windows of one size: a key's window ends when it is silent for this time.")
    private @Nullable Duration gap;

    @Option(
            names = "--offset",
            paramLabel = "TIME",
            converter = SpanConverter.class,
            description = "Shifts all windows, for example to the midnight of a time zone: --offset=-2h.")
    private @Nullable Duration offset;

    @Option(
            names = "--lateness",
            paramLabel = "TIME",
            converter = SpanConverter.class,
            defaultValue = "0s",
            description = "How long behind its end a window takes samples and is printed again, with a higher revision."
                    + " Default: ${DEFAULT-VALUE}.")
    private Duration lateness = Duration.ZERO;

    @Option(
            names = "--reduce",
            paramLabel = "EXPRESSION",
            description = "Folds the values of a window, so that they need not be kept: count.s(), sum.s(), mean.s(),"
                    + " min.s(), max.s(), first.s() or last.s().")
    private @Nullable String reduce;

    @Option(
            names = "--full",
            paramLabel = "early|fail",
            defaultValue = "early",
            description =
                    "With --most samples, print the oldest window early and go on, or fail. Default: ${DEFAULT-VALUE}.")
    private Full full = Full.EARLY;

    @Option(
            names = "--after",
            paramLabel = "FILE",
            description =
                    "File that keeps, each second, the position of each node before its oldest sample of an open window."
                            + " A restarted run goes on there, and its windows are complete; so those that are open at the end of"
                            + " the input are not printed: broccoli feed NAME --json --resume FILE |"
                            + " broccoli window --size 60s --after FILE. Not with --gap.")
    private @Nullable Path after;

    private @Nullable WindowPositions positions;
    private @Nullable Folds fold;
    private @Nullable WindowTable<@Nullable Object, @Nullable Object, ? extends @Nullable Object> table;

    @Override
    public Integer call() throws Exception {
        fold = reduce == null ? null : Folds.of(reduce);
        Window.Events window = window();
        if (after != null) {
            if (!(window instanceof Window.Periodic periodic)) {
                throw usage("--after needs --size: where a session begins is not known before it ends");
            }
            positions = new WindowPositions(after, periodic, lateness);
        }
        try {
            table = fold == null
                    ? WindowTable.collecting(window, disorder, lateness)
                    : WindowTable.folding(window, disorder, lateness, fold.fold());
        } catch (IllegalArgumentException impossible) {
            throw usage(impossible.getMessage());
        }
        if (positions != null) {
            positions.resume(require(table), disorder);
        }
        return run(fields(null, "", ""));
    }

    private Window.Events window() {
        if ((size == null) == (gap == null)) {
            throw usage("window needs either --size or --gap");
        }
        if (size == null && (slide != null || offset != null)) {
            throw usage("--slide and --offset need --size");
        }
        try {
            return gap != null
                    ? Window.session(gap)
                    : new Window.Periodic(
                            require(size),
                            slide == null ? require(size) : slide,
                            offset == null ? Duration.ZERO : offset);
        } catch (IllegalArgumentException impossible) {
            throw usage(impossible.getMessage());
        }
    }

    private static <T> T require(@Nullable T value) {
        return Objects.requireNonNull(value);
    }

    @Override
    void take(Event event) {
        WindowTable<@Nullable Object, @Nullable Object, ? extends @Nullable Object> windows = require(table);
        if (event instanceof Event.Sample sample) {
            if (fold != null) {
                fold.check(sample.value());
            }
            OptionalLong watermark = windows.watermark().at();
            boolean again = positions != null && positions.read(sample);
            if (!isTaken(sample) && !again) {
                late(sample, watermark); // what is read again was late before, or its windows were printed
            }
        } else if (event instanceof Event.Joined joined) {
            windows.joined(joined.source());
        } else if (event instanceof Event.Ended ended) {
            windows.ended(ended.source());
        } else if (event instanceof Event.Idle idle) {
            windows.idle(idle.source());
        }
        printAll(windows);
        while (windows.held() > most) {
            makeRoom(windows);
        }
    }

    @SuppressWarnings("NullAway") // null is a key, and a value: it does not see what the table's types say of that
    private boolean isTaken(Event.Sample sample) {
        return require(table).sample(sample.source(), sample.time(), sample.key(), sample.value());
    }

    private void makeRoom(WindowTable<@Nullable Object, @Nullable Object, ? extends @Nullable Object> windows) {
        if (full == Full.FAIL) {
            throw new IllegalStateException("WINDOW_TOO_LARGE: open windows have more than " + most
                    + " samples. Raise --most, or print windows early with --full early");
        }
        windows.closeOldest();
        printAll(windows);
    }

    @Override
    void end() {
        if (positions == null) { // else the next run completes them
            require(table).end();
            printAll(require(table));
        }
    }

    private void printAll(WindowTable<@Nullable Object, @Nullable Object, ? extends @Nullable Object> windows) {
        for (var result = windows.next(); result != null; result = windows.next()) {
            if (positions == null || !positions.isOwn(result)) {
                print(line(result));
            }
        }
    }

    @Override
    boolean goesOn() {
        return positions != null;
    }

    @Override
    void printed(boolean last) {
        if (positions != null) {
            positions.keep(require(table).watermark(), last);
        }
    }

    private Map<String, @Nullable Object> line(WindowResult<@Nullable Object, ? extends @Nullable Object> result) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("key", result.key());
        line.put("start", result.start().toEpochMilli());
        line.put("end", result.end().toEpochMilli());
        line.put("revision", result.revision());
        line.put(fold == null ? "values" : "value", result.value());
        if (result.early()) {
            line.put("early", true);
        }
        return line;
    }

    @Override
    String summary() {
        long early = require(table).early();
        return early == 0
                ? ""
                : early + (early == 1 ? " window was" : " windows were") + " printed early, since " + most
                        + " samples were kept; --most raises that";
    }

    @Override
    int sources() {
        return require(table).watermark().sources();
    }
}
