package io.broccoli.examples;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The console application behind the launcher {@code broccoli}. */
@Command(
        name = "broccoli",
        description = "Reactive streams and canvases over a cluster of small nodes.",
        mixinStandardHelpOptions = true,
        versionProvider = Broccoli.Version.class,
        subcommands = {
            QuickstartCommand.class,
            RunCommand.class,
            BrokerCommand.class,
            UserCommand.class,
            NodeCommand.class,
            NodesCommand.class,
            FeedCommand.class,
            WindowCommand.class,
            JoinCommand.class,
            DeployCommand.class,
            ConfigureCommand.class,
            RelayCommand.class,
            CheckCommand.class,
            DevicesCommand.class
        },
        footer = "%nBenchmarks are a separate program: broccoli bench --help",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:success",
            "1:a canvas or a deployment failed, a wait timed out, or results disagree",
            "2:invalid input or options",
            "3:the JVM ran out of memory",
            "70:another error of the JVM; the member left the cluster",
            "130:ended by Ctrl-C"
        })
public final class Broccoli implements Runnable {

    /** A canvas or a deployment failed, a wait timed out, or results disagree. */
    static final int FAILED = 1;

    /** Invalid input or options. */
    static final int MALFORMED = 2;

    /** An error of the JVM: nothing of this process can be relied on. */
    static final int BROKEN = 70;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Runs a command and ends the process with its exit status. */
    public static void main(String[] args) {
        // JSON is UTF-8 whatever the locale says, and a pipe wants few large writes: commands flush where it matters.
        PrintWriter out = writer(new FileOutputStream(FileDescriptor.out));
        PrintWriter err = writer(new FileOutputStream(FileDescriptor.err));
        int status = BROKEN;
        try {
            status = commandLine().setOut(out).setErr(err).execute(args);
            out.flush();
        } catch (Error broken) {
            err.println("broccoli: " + broken);
            err.flush();
        } finally {
            System.exit(status); // without waiting for the threads of libraries
        }
    }

    /** The commands, ready to be executed. */
    static CommandLine commandLine() {
        return new CommandLine(new Broccoli())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(parsed -> {
                    LogLevels.apply(parsed);
                    return new CommandLine.RunLast().execute(parsed);
                })
                .setParameterExceptionHandler(new FailureReport())
                .setExecutionExceptionHandler(new FailureReport());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    private static PrintWriter writer(OutputStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    /** The version of the build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Broccoli.class.getPackage().getImplementationVersion();
            return new String[] {
                "broccoli " + (version == null ? "0.1.0-SNAPSHOT" : version), "Java ${java.version} (${java.vm.name})"
            };
        }
    }
}
