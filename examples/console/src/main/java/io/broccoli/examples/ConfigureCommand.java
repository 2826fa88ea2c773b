package io.broccoli.examples;

import io.broccoli.deploy.BoardSettings;
import io.broccoli.examples.text.BadInputException;
import io.broccoli.examples.text.Json;
import io.broccoli.task.TaskException;
import io.broccoli.task.TaskOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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

/** {@code broccoli configure}: new settings for boards that run. */
@Command(
        name = "configure",
        description = {
            "Changes settings of running boards (those of config.py), one board after another, until one fails. A board"
                    + " restarts and tries the settings. If this command does not see it in time, it restarts with its"
                    + " older settings. Settings are signed and encrypted with the boards' deploy_key.",
            "",
            "  broccoli configure settings.json --nodes kitchen --key-file key",
            "  broccoli configure settings.json --nodes kitchen --key-file key --broker mqtt://old+mqtt://new",
            "  broccoli configure --nodes kitchen,shed --key-file key --new-key-file new-key"
        },
        mixinStandardHelpOptions = true)
final class ConfigureCommand implements Callable<Integer> {

    @Mixin
    private NetworkOptions.OrLocal options = new NetworkOptions.OrLocal();

    @Mixin
    private DeployKey key = new DeployKey();

    @Parameters(
            paramLabel = "FILE.json",
            arity = "0..1",
            description = "Names and values of settings; null restores the value of config.py.")
    private @Nullable Path file;

    @Option(names = "--nodes", split = ",", required = true, paramLabel = "NODE", description = "The boards.")
    private String[] nodes = {};

    @Option(
            names = "--nodes-cluster",
            paramLabel = "NAME",
            description = "Cluster of the boards, if a relay connects them to this one. Default: that of --cluster.")
    private @Nullable String nodesCluster;

    @Option(
            names = "--new-key-file",
            paramLabel = "FILE",
            description = "File whose first line is to be the boards' new deploy_key.")
    private @Nullable Path newKey;

    @Option(
            names = "--trial",
            paramLabel = "TIME",
            defaultValue = "2m",
            converter = DurationConverter.class,
            description = "Time for a board to return with the settings; 1s to 1h. Default: ${DEFAULT-VALUE}.")
    private Duration trial = Duration.ofMinutes(2);

    @Option(names = "--json", description = "Print one line of JSON for each board.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (file == null && newKey == null) {
            throw usage("either a file of settings, or --new-key-file");
        }
        String settings = file == null ? "{}" : read(file);
        String secret = key.key()
                .orElseThrow(() -> usage("the key of the boards is needed: --key-file, or " + DeployKey.VARIABLE));
        try (Session session = Session.join(options, spec.commandLine().getErr())) {
            session.awaitConnected();
            BoardSettings boards = boards(session, secret);
            awaitBoards(session);
            boolean good = true;
            for (int i = 0; good && i < nodes.length; i++) {
                good = configure(boards, nodes[i], settings);
            }
            return session.status(good ? 0 : Broccoli.FAILED);
        }
    }

    private BoardSettings boards(Session session, String secret) {
        try {
            BoardSettings boards =
                    BoardSettings.on(session.cluster(), secret).withTrial(trial).withTimeout(options.timeout);
            boards = nodesCluster == null ? boards : boards.withClusterName(nodesCluster);
            return newKey == null ? boards : boards.withNewKey(DeployKey.firstLine(newKey, "--new-key-file", spec));
        } catch (IllegalArgumentException wrong) {
            throw usage(String.valueOf(wrong.getMessage()));
        }
    }

    /** A missing board fails later, by name. */
    private void awaitBoards(Session session) {
        session.cluster()
                .awaitNodes(
                        known -> known.stream()
                                .map(each -> each.name())
                                .collect(Collectors.toSet())
                                .containsAll(List.of(nodes)),
                        options.timeout)
                .onErrorComplete(TimeoutException.class)
                .block();
    }

    /** One line, which is shorter; and a mistake in it has a place. */
    private String read(Path from) throws IOException {
        try (InputStream input = Files.newInputStream(from)) {
            if (Json.read(input, from.toString()) instanceof Map<?, ?> settings) {
                return Json.write(settings);
            }
            throw new BadInputException(from + ": settings are one JSON object of names and values");
        } catch (AccessDeniedException | NoSuchFileException unreadable) {
            throw usage(from + " cannot be read");
        }
    }

    private boolean configure(BoardSettings boards, String board, String settings) {
        TaskOutcome.Failure<?> failure = null;
        try {
            if (!options.quiet && !json) {
                PrintWriter err = spec.commandLine().getErr();
                err.println("broccoli: " + board + " gets its settings, and restarts");
                err.flush();
            }
            boards.configure(board, settings).block();
        } catch (TaskException failed) {
            failure = failed.failure();
        }
        print(board, failure);
        return failure == null;
    }

    private void print(String board, TaskOutcome.@Nullable Failure<?> failure) {
        PrintWriter to = json || failure == null
                ? spec.commandLine().getOut()
                : spec.commandLine().getErr();
        if (json) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("node", board);
            if (failure == null) {
                line.put("configured", true);
            } else {
                line.put("failed", failure.kind().name());
                line.put("text", failure.toException().getMessage());
            }
            to.println(Json.write(line));
        } else if (failure == null) {
            to.println(board + "  configured");
        } else {
            to.println(
                    "broccoli: " + board + "  failed: " + failure.toException().getMessage());
        }
        to.flush();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
