package io.broccoli.examples;

import io.broccoli.canvas.Canvas;
import io.broccoli.cluster.ClusterStats;
import io.broccoli.examples.tasks.BuiltInTasks;
import io.broccoli.examples.text.BadInputException;
import io.broccoli.examples.text.Expressions;
import io.broccoli.examples.text.Json;
import io.broccoli.node.NodeOptions;
import io.broccoli.task.FailureKind;
import io.broccoli.task.Signature;
import io.broccoli.task.TaskOutcome;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;

/** {@code broccoli run}: runs a canvas, or a file of them. */
@Command(
        name = "run",
        description = {
            "Runs a canvas and prints its result as JSON; NaN and infinities are the strings \"NaN\", \"Infinity\" and"
                    + " \"-Infinity\". Without --broker it starts a broker and three nodes in this process. With -v it"
                    + " says on standard error what the streams wait for, once a second, how long each result took,"
                    + " where a failure happened, and which nodes answered.",
            "",
            "  broccoli run 'chain(add.s(4, 4), mul.s(8), mul.s(10))'"
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    private static final int NODES = 3;

    /** Canvases of a file that run at once. Their lines are printed in order. */
    private static final int AT_ONCE = 8;

    @Mixin
    private NetworkOptions.OrEmbedded options = new NetworkOptions.OrEmbedded();

    @Parameters(arity = "0..1", paramLabel = "EXPR", description = "Canvas, as an expression.")
    private @Nullable String expression;

    @Option(
            names = "--json",
            paramLabel = "FILE|-",
            description = "File with a JSON array of objects with id and expr; - is standard input. Prints one line of"
                    + " JSON for each, in order: {\"id\":..,\"value\":..} or"
                    + " {\"id\":..,\"error\":..,\"message\":..}.")
    private @Nullable String file;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if ((expression == null) == (file == null)) {
            throw new ParameterException(spec.commandLine(), "run needs an expression, or --json with a file");
        }
        // Invalid input is refused before anything is started.
        return file == null ? runOne(Expressions.parse(String.valueOf(expression))) : runAll(read(file));
    }

    private int runOne(Signature<Object> work) throws Exception {
        try (Session session = open()) {
            awaitNodes(session);
            Ran<Object> ran;
            try (WaitsNotes notes = notesOf(session)) {
                ran = Ran.timed(canvas(session).outcome(work)).blockOptional().orElseThrow();
            }
            note("the canvas " + ran.described());
            noteTraffic(session);
            TaskOutcome<Object> outcome = ran.outcome();
            if (outcome instanceof TaskOutcome.Failure<Object> failure) {
                throw failure.toException();
            }
            spec.commandLine().getOut().println(Json.write(((TaskOutcome.Success<Object>) outcome).value()));
            return 0;
        }
    }

    private int runAll(List<Case> cases) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Session session = open()) {
            try {
                awaitNodes(session);
            } catch (TimeoutException nobody) {
                // A reader that waits for a line for each case shall not wait for ever.
                cases.forEach(each -> out.println(each.line(
                        TaskOutcome.Failure.of(FailureKind.TIMEOUT, String.valueOf(nobody.getMessage()), ""))));
                throw nobody;
            }
            Canvas canvas = canvas(session);
            try (WaitsNotes notes = notesOf(session)) {
                // Printed by this thread, since a full pipe would hold up one of the cluster's.
                Flux.fromIterable(cases)
                        .flatMapSequential(
                                each -> Ran.timed(canvas.outcome(each.work())).map(ran -> Map.entry(each, ran)),
                                AT_ONCE,
                                1)
                        .toIterable(AT_ONCE)
                        .forEach(each -> print(out, each.getKey(), each.getValue()));
            }
            noteTraffic(session);
            return 0;
        }
    }

    /** Ctrl-C closes running canvases; that is not a result. */
    private void print(PrintWriter out, Case each, Ran<Object> ran) {
        if (!Cleanup.processIsEnding()) {
            out.println(each.line(ran.outcome()));
            note(Json.write(each.id()) + " " + ran.described());
        }
    }

    /** With {@code -v}. */
    private @Nullable WaitsNotes notesOf(Session session) {
        return options.verbose.length > 0 ? new WaitsNotes(session.cluster(), this::note) : null;
    }

    /** With {@code -v}: how many tasks were sent, and which nodes answered. */
    private void noteTraffic(Session session) {
        if (options.verbose.length > 0) {
            ClusterStats stats = session.cluster().stats();
            String nodes = stats.links().stream()
                    .filter(link -> link.smoothedRoundTripNanos() > 0)
                    .map(link -> link.node() + " (about " + TimeUnit.NANOSECONDS.toMillis(link.smoothedRoundTripNanos())
                            + " ms a task, frames of at most " + link.frameLimit() + " bytes)")
                    .sorted()
                    .collect(Collectors.joining(", "));
            note("tasks sent: " + stats.tasksSent() + ", of them again: " + stats.tasksResent() + "; answers from "
                    + (nodes.isEmpty() ? "no node" : nodes));
        }
    }

    private void note(String text) {
        if (options.verbose.length > 0) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("broccoli: " + text);
            err.flush();
        }
    }

    private Session open() throws Exception {
        Session session = Session.joinOrEmbed(options, spec.commandLine().getErr());
        if (options.broker == null) {
            try {
                for (int i = 1; i <= NODES; i++) {
                    session.start("node-" + i, NodeOptions.DEFAULTS, BuiltInTasks.registry());
                }
            } catch (Exception failed) {
                session.close();
                throw failed;
            }
        }
        return session;
    }

    private void awaitNodes(Session session) throws TimeoutException {
        session.awaitNodes(options.broker == null ? NODES : 1);
    }

    private Canvas canvas(Session session) {
        return Canvas.on(session.cluster()).withTimeout(options.timeout);
    }

    private static List<Case> read(String file) throws IOException {
        if (file.equals("-")) {
            return Case.all(Json.read(System.in, "standard input"));
        }
        try (InputStream input = new FileInputStream(file)) {
            return Case.all(Json.read(input, file));
        } catch (java.io.FileNotFoundException missing) {
            throw new BadInputException(String.valueOf(missing.getMessage()));
        }
    }
}
