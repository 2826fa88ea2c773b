package io.broccoli.examples;

import io.broccoli.transport.broker.EmbeddedBroker;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code broccoli broker}: the embedded MQTT broker for other processes, until Ctrl-C. */
@Command(
        name = "broker",
        description = {
            "Runs the embedded MQTT broker until Ctrl-C. It listens at 127.0.0.1. To let other machines in, give it users"
                    + " and a certificate: each user is then the member of its name, and no other one. 'broccoli user'"
                    + " makes users.",
            "",
            "  broccoli broker --host 0.0.0.0 --port 8883 --users passwords --cert broker.pem --key broker.key"
        },
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
            description = "Address to listen at; 0.0.0.0 admits other machines, and needs --users, --cert and --key."
                    + " Default: ${DEFAULT-VALUE}, this machine only.")
    private String host = "127.0.0.1";

    @Option(
            names = "--users",
            paramLabel = "FILE",
            description = "Users, one 'name:hash' a line, as 'broccoli user' and mosquitto_passwd write them. Default:"
                    + " --username and --password for all, who can then act as any member; without them, anybody.")
    private @Nullable Path users;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description =
                    "Access rules for --users and --client-ca, in the format of mosquitto's acl_file. Default: the rules of members.")
    private @Nullable Path rules;

    @Option(
            names = "--cert",
            paramLabel = "PEM",
            description = "Certificate chain of the broker, for TLS; needs --key.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "PEM", description = "Private key of the broker (PKCS#8, unencrypted).")
    private @Nullable Path key;

    @Option(
            names = "--client-ca",
            paramLabel = "PEM",
            description =
                    "Admit clients with a certificate of these authorities, each as the member that its common name"
                            + " names. With --users, a password will do instead. Needs --cert and --key.")
    private @Nullable Path authorities;

    @Option(
            names = "--insecure",
            description = "Let other machines in without users or TLS: whoever reaches the port is a member, or reads"
                    + " passwords and all that members send.")
    private boolean insecure;

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
                out.println("Join it with: broccoli node --broker " + broker.uri()
                        + (certificate == null ? "" : " --ca CA.pem")
                        + (authorities == null ? "" : " --cert NAME.pem --key NAME.key --name NAME")
                        + (users == null || authorities != null ? "" : " --username NAME")
                        + "   (Ctrl-C ends the broker)");
            }
            out.flush();
            new CountDownLatch(1).await(); // until the process is told to end
            return 0;
        }
    }

    private EmbeddedBroker.Options asked() {
        try {
            EmbeddedBroker.Options asked = admitting(EmbeddedBroker.Options.DEFAULTS
                    .withHost(host)
                    .withPort(port)
                    .withStartTimeout(options.timeout));
            Path chain = certificate;
            Path secret = key;
            if ((chain == null) != (secret == null)) {
                throw options.usage("--cert and --key go together");
            }
            asked = chain == null || secret == null ? asked : asked.withTls(chain, secret);
            return insecure ? asked.withInsecure() : asked;
        } catch (IllegalArgumentException impossible) {
            throw new ParameterException(spec.commandLine(), String.valueOf(impossible.getMessage()));
        }
    }

    /** Who may log in. */
    private EmbeddedBroker.Options admitting(EmbeddedBroker.Options asked) {
        Path file = users;
        Path allowed = rules;
        Path signers = authorities;
        if (file == null && signers == null) {
            if (allowed != null) {
                throw options.usage("--rules needs --users or --client-ca");
            }
            return sharing(asked);
        }
        if (options.hasPasswordOption()) {
            throw options.usage("--users has the passwords: --password has no use beside it, nor beside --client-ca");
        }
        EmbeddedBroker.Options admitting = asked;
        if (file != null) {
            admitting = allowed == null ? admitting.withUsers(file) : admitting.withUsers(file, allowed);
        }
        if (signers != null) {
            admitting = allowed == null
                    ? admitting.withClientCertificates(signers)
                    : admitting.withClientCertificates(signers, allowed);
        }
        return admitting;
    }

    /** One password for all, or none. */
    private EmbeddedBroker.Options sharing(EmbeddedBroker.Options asked) {
        String username = options.username();
        String password = options.password();
        if (username == null && options.hasPasswordOption()) {
            throw options.usage("--password needs --username"); // or anybody could connect
        }
        return username == null ? asked : asked.withCredentials(username, password == null ? "" : password);
    }
}
