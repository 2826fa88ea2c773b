package io.broccoli.examples;

import io.broccoli.cluster.ClusterOptions;
import io.broccoli.network.Networks;
import io.broccoli.network.Relay;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code broccoli relay}: connects the members of several networks, until Ctrl-C or SIGTERM. */
@Command(
        name = "relay",
        description =
                "Connects the members of several networks until Ctrl-C: --broker tcp://host:7470+mqtt://host:1883."
                        + " Each node also appears on the other networks, with the label via. Run only one relay"
                        + " between two networks.",
        mixinStandardHelpOptions = true)
final class RelayCommand implements Callable<Integer> {

    @Mixin
    private NetworkOptions.Several options = new NetworkOptions.Several();

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description =
                    "Passwords of the members that the relay stands in for at MQTT brokers, one 'name:password' a line."
                            + " Needed where each user may be one member only. The relay says who has none. Its own password may be"
                            + " one of them; --password is the secret of the TCP networks then.")
    private @Nullable Path credentials;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        List<URI> networks = Networks.of(options.brokerOr(NetworkOptions.DEFAULT_BROKER));
        if (networks.size() < 2) {
            throw new ParameterException(
                    spec.commandLine(),
                    "a relay needs several networks; join them with plus signs: --broker tcp://host:7470+mqtt://host:1883");
        }
        Path file = credentials;
        if (file != null) {
            options.connectFor(CredentialsFile.read(file, spec));
        }
        String member = options.member(options.brokerOr(NetworkOptions.DEFAULT_BROKER), "relay-");
        List<ClusterOptions> joining = networks.stream()
                .map(each -> options.joining(each).withMember(member))
                .toList();
        try (Cleanup cleanup = new Cleanup()) {
            Relay relay = cleanup.open(() -> Relay.between(joining));
            relay.changes()
                    .subscribe(now -> say(member + ": stands in for " + now.nodes() + " nodes and " + now.clients()
                            + " clients; passed " + now.frames() + " frames, dropped " + now.dropped()));
            say(member + ": relays between "
                    + networks.stream().map(URI::toString).collect(Collectors.joining(" and ")) + "; Ctrl-C ends it");
            new CountDownLatch(1).await(); // until the process is told to end
            return 0;
        }
    }

    private void say(String news) {
        if (!options.quiet) {
            spec.commandLine().getOut().println(news);
        }
    }
}
