package io.broccoli.examples;

import io.broccoli.transport.broker.EmbeddedBroker;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code broccoli broker}: the embedded MQTT broker for other processes, until Ctrl-C. */
@Command(
        name = "broker",
        description =
                "Runs the embedded MQTT broker until Ctrl-C. With --username and --password, clients must use them. It"
                        + " has no TLS.",
        mixinStandardHelpOptions = true)
final class BrokerCommand implements Callable<Integer> {

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = "--port",
            defaultValue = "1883",
            description = "Port; 0 selects a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Address to listen at; 0.0.0.0 admits other machines. Default: ${DEFAULT-VALUE}, this machine only.")
    private String host = "127.0.0.1";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        EmbeddedBroker.Options asked = asked();
        PrintWriter out = spec.commandLine().getOut();
        try (Cleanup cleanup = new Cleanup()) {
            EmbeddedBroker broker = cleanup.open(() -> EmbeddedBroker.start(asked));
            out.println(broker.uri()); // alone on its line, so that a script can read it
            if (!options.quiet) {
                out.println("Join it with: broccoli node --broker " + broker.uri() + "   (Ctrl-C ends the broker)");
            }
            out.flush();
            new CountDownLatch(1).await(); // until the process is told to end
            return 0;
        }
    }

    private EmbeddedBroker.Options asked() {
        String username = options.username();
        String password = options.password();
        if (username == null && options.hasPasswordOption()) {
            throw options.usage("--password needs --username"); // or anybody could connect
        }
        try {
            EmbeddedBroker.Options asked = EmbeddedBroker.Options.DEFAULTS
                    .withHost(host)
                    .withPort(port)
                    .withStartTimeout(options.timeout);
            return username == null ? asked : asked.withCredentials(username, password == null ? "" : password);
        } catch (IllegalArgumentException impossible) {
            throw new ParameterException(spec.commandLine(), String.valueOf(impossible.getMessage()));
        }
    }
}
