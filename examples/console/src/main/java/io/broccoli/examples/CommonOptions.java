package io.broccoli.examples;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command: credentials, time-out and verbosity. */
class CommonOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--username", paramLabel = "NAME", description = "User name. Default: BROCCOLI_USERNAME.")
    private @Nullable String username;

    @Option(
            names = "--password",
            paramLabel = "SECRET",
            description = "Password or secret. Prefer BROCCOLI_PASSWORD, which other users cannot see.")
    private @Nullable String password;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "Limit of each wait for broker, nodes and results: 30, 500ms, 2m. Default: ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofSeconds(30);

    @Option(
            names = {"-v", "--verbose"},
            description = "Log more; -vv logs even more.")
    boolean[] verbose = {};

    @Option(
            names = {"-q", "--quiet"},
            description = "Print only results and errors.")
    boolean quiet;

    final @Nullable String username() {
        return username == null ? System.getenv("BROCCOLI_USERNAME") : username;
    }

    final @Nullable String password() {
        return password == null ? System.getenv("BROCCOLI_PASSWORD") : password;
    }

    /** Whether the password comes from the command line, and not from the environment. */
    final boolean hasPasswordOption() {
        return password != null;
    }

    final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
