package io.broccoli.examples;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code broccoli devices}: boards without hardware, until Ctrl-C. */
@Command(
        name = "devices",
        description = {
            "Runs boards until Ctrl-C: the firmware of an ESP32 on real MicroPython, without the hardware. Needs Node, 20 or"
                    + " later. Without --broker it starts a broker too.",
            "",
            "  broccoli devices --count 8"
        },
        mixinStandardHelpOptions = true)
final class DevicesCommand implements Callable<Integer> {

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Mixin
    private DeployKey deployKey = new DeployKey();

    @Option(names = "--count", paramLabel = "N", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--prefix",
            paramLabel = "NAME",
            defaultValue = "board-",
            description = "Their names are this and a number. Default: ${DEFAULT-VALUE}.")
    private String prefix = "board-";

    @Option(names = "--tasks", paramLabel = "FILE.py", description = "A file with more tasks; may be given again.")
    private List<String> tasks = new ArrayList<>();

    @Option(
            names = "--delay",
            paramLabel = "MS",
            defaultValue = "0",
            description = "Delays all that a board sends and receives, as a bad network does. Default: 0.")
    private int delay;

    @Option(
            names = "--flash",
            paramLabel = "FOLDER",
            description = "Keeps what is on their flash, so that they know it again after a restart.")
    private @Nullable String flash;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (count < 1 || delay < 0) {
            throw new ParameterException(spec.commandLine(), "at least one board, and no negative delay");
        }
        Map<String, String> secrets = new HashMap<>(options.secrets());
        deployKey.key().ifPresent(key -> secrets.put(DeployKey.VARIABLE, key));
        try (Session session = Session.joinOrEmbed(options, spec.commandLine().getErr())) {
            session.awaitConnected();
            Boards boards = session.open(() -> Boards.start(arguments(session.broker()), secrets, this::tell));
            try {
                boards.awaitStarted(options.timeout.toMillis());
            } catch (IOException missing) {
                spec.commandLine().getErr().println("broccoli: " + missing.getMessage());
                return Broccoli.FAILED;
            }
            session.awaitNodes(count);
            say(count + " boards offer their tasks to cluster '" + options.cluster + "' at " + session.broker()
                    + "; Ctrl-C ends them");
            new CountDownLatch(1).await(); // until the process is told to end
            return 0;
        }
    }

    private List<String> arguments(URI broker) {
        List<String> all = new ArrayList<>(List.of(
                "--nodes",
                "" + count,
                "--broker",
                broker.toString(),
                "--cluster",
                options.cluster,
                "--prefix",
                prefix));
        all.addAll(List.of("--delay", "" + delay));
        if (options.usesTls()) {
            all.add("--tls");
        }
        tasks.forEach(file -> all.addAll(List.of("--tasks", absolute(file))));
        if (flash != null) {
            all.addAll(List.of("--flash", absolute(flash)));
        }
        return all;
    }

    private static String absolute(String file) {
        return Path.of(file).toAbsolutePath().toString();
    }

    private void tell(Map<?, ?> news) {
        String said = Boards.said(news);
        if (said != null) {
            say(said);
        }
    }

    private void say(String news) {
        if (!options.quiet) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(news);
            out.flush();
        }
    }
}
