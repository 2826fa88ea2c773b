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
        description = "Streams and canvases over a cluster of small nodes.",
        mixinStandardHelpOptions = true,
        versionProvider = Broccoli.Version.class,
        subcommands = {
            QuickstartCommand.class,
            RunCommand.class,
            BrokerCommand.class,
            NodeCommand.class,
            NodesCommand.class,
            FeedCommand.class,
            DeployCommand.class,
            RelayCommand.class,
            DevicesCommand.class
        },
        footer = "%nBenchmarks are a program of their own: broccoli bench --help",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all went well",
            "1:a canvas failed, something was missing, or results disagree",
            "2:input or options make no sense",
            "130:ended by Ctrl-C"
        })
public final class Broccoli implements Runnable {

    /** A canvas failed, something was missing, or results disagree. */
    static final int FAILED = 1;

    /** Input or options make no sense. */
    static final int MALFORMED = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Runs a command and ends the process with its exit status. */
    public static void main(String[] args) {
        // JSON is UTF-8 whatever the locale says, and a pipe wants few large writes: commands flush where it matters.
        PrintWriter out = writer(new FileOutputStream(FileDescriptor.out));
        PrintWriter err = writer(new FileOutputStream(FileDescriptor.err));
        int status = commandLine().setOut(out).setErr(err).execute(args);
        out.flush();
        err.flush();
        System.exit(status); // without waiting for the threads of libraries
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
        throw new ParameterException(spec.commandLine(), "What shall be done? Name a command");
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
