package io.broccoli.examples;

import io.broccoli.canvas.Canvas;
import io.broccoli.examples.quickstart.Quickstart;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code broccoli quickstart}: the six canvas operations, then a week of earthquakes on twelve small nodes. */
@Command(
        name = "quickstart",
        description = {
            "Shows the six canvas operations, then processes a week of real earthquakes on twelve small nodes with"
                    + " backpressure, replays it in windows by event time, and checks the results. If Node.js is installed, three simulated boards help."
                    + " Without --broker it starts a broker in this process; without --cluster it uses a cluster of"
                    + " its own."
        },
        mixinStandardHelpOptions = true)
final class QuickstartCommand implements Callable<Integer> {

    @Mixin
    private NetworkOptions.OrEmbedded options = new NetworkOptions.OrEmbedded();

    @Option(
            names = "--speed",
            paramLabel = "N",
            defaultValue = "86400",
            description = "How many times as fast as it happened the week is replayed, 1 to 10,000,000. Default:"
                    + " ${DEFAULT-VALUE}, a day in a second.")
    private double speed;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of how late earthquakes come in the replay. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (!(speed >= 1 && speed <= 10_000_000)) {
            throw new ParameterException(spec.commandLine(), "--speed is 1 to 10,000,000, not " + speed);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (!spec.commandLine().getParseResult().hasMatchedOption("--cluster")) {
            options.cluster =
                    "quickstart-" + UUID.randomUUID().toString().substring(0, 8); // its nodes must meet no others
        }
        try (Session session = Session.joinOrEmbed(options, spec.commandLine().getErr())) {
            Quickstart quickstart = new Quickstart(out, Ansi.AUTO.enabled(), speed, seed);
            quickstart.announce(session.broker(), options.cluster);
            quickstart.startNodes(session::start);
            startBoards(session, quickstart);
            session.awaitNodes(Quickstart.NODES + quickstart.boards());
            return quickstart.play(
                            session.cluster(), Canvas.on(session.cluster()).withTimeout(options.timeout))
                    ? 0
                    : Broccoli.FAILED;
        }
    }

    /** Boards are optional. If they cannot start, the reason is printed and the other nodes do the work. */
    private void startBoards(Session session, Quickstart quickstart) throws Exception {
        try {
            List<String> arguments = List.of(
                    "--nodes",
                    "" + Quickstart.BOARDS,
                    "--broker",
                    session.broker().toString(),
                    "--cluster",
                    options.cluster,
                    "--tasks",
                    "examples/quakes.py");
            Boards boards = session.open(() -> Boards.start(arguments, options.secrets(), quickstart.newsOfBoards()));
            boards.awaitStarted(options.timeout.toMillis());
            quickstart.haveBoards(boards::command);
        } catch (IOException missing) {
            quickstart.noBoards(String.valueOf(missing.getMessage()));
        }
    }
}
