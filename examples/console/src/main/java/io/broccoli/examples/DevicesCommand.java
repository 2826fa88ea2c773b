package io.broccoli.examples;

import io.broccoli.cluster.NodeInfo;
import io.broccoli.frame.Site;
import io.broccoli.place.Point;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code broccoli devices}: simulated boards, until Ctrl-C. */
@Command(
        name = "devices",
        description = {
            "Runs simulated boards until Ctrl-C: the firmware of an ESP32 on real MicroPython, without the"
                    + " hardware. Needs Node.js, 20 or later. Without --broker it also starts a broker.",
            "",
            "  broccoli devices --count 8"
        },
        mixinStandardHelpOptions = true)
final class DevicesCommand implements Callable<Integer> {

    /** What the broker keeps of members comes at once with the connection. */
    private static final Duration KNOWN = Duration.ofSeconds(1);

    private static final int MOST_NAMED = 5;

    @Mixin
    private NetworkOptions.OrEmbedded options = new NetworkOptions.OrEmbedded();

    @Mixin
    private DeployKey deployKey = new DeployKey();

    @Mixin
    private OlderKey olderKey = new OlderKey();

    @Option(names = "--count", paramLabel = "N", defaultValue = "3", description = "Boards. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--prefix",
            paramLabel = "NAME",
            defaultValue = "board-",
            description = "Prefix of their names, before a number. Default: ${DEFAULT-VALUE}.")
    private String prefix = "board-";

    @Option(names = "--tasks", paramLabel = "FILE.py", description = "File with more tasks; may be repeated.")
    private List<String> tasks = new ArrayList<>();

    @Option(
            names = "--delay",
            paramLabel = "MS",
            defaultValue = "0",
            description = "Delay of all data that a board sends and receives. Default: 0.")
    private int delay;

    @Option(
            names = "--site",
            converter = SiteConverter.class,
            paramLabel = "KEY=VALUE,..|LAT,LON",
            description = "Labels and location of all boards.")
    private Site site = Site.UNKNOWN;

    @Option(
            names = "--at",
            converter = PointConverter.class,
            paramLabel = "LAT,LON",
            description =
                    "Location of a board, in degrees north and east; may be repeated: the boards take them in turns.")
    private List<Point> at = new ArrayList<>();

    @Option(names = "--flash", paramLabel = "FOLDER", description = "Folder that keeps their flash over a restart.")
    private @Nullable String flash;

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description =
                    "Passwords of the boards, one 'name:password' a line. Needed where each user may be one member only."
                            + " The boards' user names are their names. The password of --username may be one of them.")
    private @Nullable Path credentials;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (count < 1 || delay < 0) {
            throw new ParameterException(spec.commandLine(), "--count must be at least 1, and --delay not negative");
        }
        if (site.latitude() != null && !at.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--site and --at both name a location");
        }
        List<String> names =
                IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).toList();
        requireCredentials(names);
        Map<String, String> secrets = new HashMap<>(options.secrets());
        deployKey.key().ifPresent(key -> secrets.put(DeployKey.VARIABLE, key));
        olderKey.key(deployKey.key()).ifPresent(key -> secrets.put(OlderKey.VARIABLE, key));
        try (Session session = Session.joinOrEmbed(options, spec.commandLine().getErr())) {
            session.awaitConnected();
            if (credentials != null && areThere(session, names)) {
                return Broccoli.FAILED;
            }
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
            return session.stay();
        }
    }

    private void requireCredentials(List<String> names) {
        Path file = credentials;
        if (file == null) {
            return;
        }
        Map<String, String> passwords = CredentialsFile.read(file, spec);
        List<String> without =
                names.stream().filter(each -> !passwords.containsKey(each)).toList();
        if (!without.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--credentials " + file + " has no line 'name:password' of "
                            + without.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                            + (without.size() > MOST_NAMED ? " and " + (without.size() - MOST_NAMED) + " more" : ""));
        }
        options.connectFor(passwords);
    }

    /** Whether a board is a member before it is started: as another process of the same users, which this one would throw out. */
    private boolean areThere(Session session, List<String> names) {
        Optional<String> there = session.cluster()
                .awaitNodes(known -> known.stream().anyMatch(each -> names.contains(each.name())), KNOWN)
                .onErrorComplete(TimeoutException.class)
                .blockOptional()
                .flatMap(known -> known.stream()
                        .map(NodeInfo::name)
                        .filter(names::contains)
                        .findFirst());
        there.ifPresent(name -> {
            PrintWriter err = spec.commandLine().getErr();
            err.println(
                    "broccoli: '" + name + "' is a member of cluster '" + options.cluster + "' already, in another"
                            + " process. One user is one member at a time: end that process, or choose other names with --prefix");
            err.flush();
        });
        return there.isPresent();
    }

    private List<String> arguments(URI broker) {
        List<String> all = new ArrayList<>(List.of(
                "--nodes",
                "" + count,
                "--broker",
                broker.toString().replaceFirst("\\?.*", ""), // boards send small frames
                "--cluster",
                options.cluster,
                "--prefix",
                prefix));
        all.addAll(List.of("--delay", "" + delay));
        if (credentials != null) {
            all.addAll(List.of("--credentials", absolute(credentials.toString())));
        }
        if (options.usesTls()) {
            all.add("--tls");
        }
        site.labels().forEach((label, value) -> all.addAll(List.of("--label", label + "=" + value)));
        Stream.concat(site.point().stream(), at.stream()).forEach(point -> all.add("--at=" + point));
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
